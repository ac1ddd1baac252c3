import type { ErrorComponentProps } from '@tanstack/react-router'
import { Button, ButtonLink, Notice, PageHead } from '../kit/index.ts'
import { shellWords } from '../words/shell.ts'
import css from './fallbacks.module.css'
import { useWords } from './words.ts'

export function NoSuchScreen() {
  const words = useWords(shellWords)
  return (
    <main id="content" className={css.alone}>
      <PageHead title={words.notFound} lead={words.notFoundNext} />
      <ButtonLink to="/home">{words.home}</ButtonLink>
    </main>
  )
}

/** In the place of a screen that the server would refuse: it is not asked, and no part of the screen is drawn. */
export function NotYours() {
  const words = useWords(shellWords)
  return (
    <div className={css.alone}>
      <PageHead title={words.notYours} lead={words.notYoursNext} />
      <ButtonLink to="/home">{words.home}</ButtonLink>
    </div>
  )
}

/** A fault of ours: says so, and what was not harmed by it. */
export function BrokenScreen({ error }: ErrorComponentProps) {
  const words = useWords(shellWords)
  return (
    <div className={css.alone}>
      <Notice
        tone="danger"
        title={words.broken}
        actions={<Button onClick={() => location.reload()}>{words.reload}</Button>}
        alert
      >
        <p>{words.brokenNext}</p>
        <pre className={css.error}>{error instanceof Error ? error.message : String(error)}</pre>
      </Notice>
    </div>
  )
}

export function Waiting() {
  return <div className={css.waiting} />
}
