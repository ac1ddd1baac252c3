import { shellWords } from '../words/shell.ts'
import css from './brand.module.css'
import { usePortal } from './portal.ts'
import { useWords } from './words.ts'

/** Whose house this is: in a portal with a theme, its operator's. */
export function Brand() {
  const look = usePortal()?.look
  return (
    <span className={css.brand}>
      <span className={css.mark} aria-hidden="true">
        {look?.mark ?? '¢'}
      </span>
      {look?.name ?? 'Everycent'}
    </span>
  )
}

/** Out of a portal, to where its link has said: the whole window goes there, not the frame alone. */
export function BackLink() {
  const words = useWords(shellWords)
  const back = usePortal()?.back
  if (!back) return null
  return (
    <a className={css.back} href={back.url} target="_top" rel="noreferrer">
      <span aria-hidden="true">←</span>
      <span className={css.to}>{words.backTo(back.name)}</span>
    </a>
  )
}
