import type { CSSProperties } from 'react'
import { coloursOf, type Scheme, type SchemeName } from '../../../contract/portal/theme.ts'
import { useWords } from '../../app/words.ts'
import css from './portals.module.css'
import { portalWords } from './words.ts'

interface SampleProps {
  readonly scheme: SchemeName
  readonly colours: Scheme
  readonly name: string
  readonly mark: string
  readonly radiusPx: number
}

/** A piece of a portal in the colours of a theme. A picture: nothing in it can be pressed. */
export function Sample({ scheme, colours, name, mark, radiusPx }: SampleProps) {
  const words = useWords(portalWords)
  const own = coloursOf(scheme, colours)
  const look: CSSProperties = {
    background: own.surface,
    color: own.text,
    borderColor: own.line,
    borderRadius: radiusPx,
  }
  const main: CSSProperties = {
    background: own.accent,
    color: own['on-accent'],
    borderRadius: Math.round(radiusPx * 0.6),
  }
  return (
    <figure className={css.sample}>
      <figcaption>{words.sample(words.schemes[scheme])}</figcaption>
      <div className={css.page} style={look}>
        <p className={css.brand}>
          <span className={css.mark} style={{ background: own.accent, color: own['on-accent'] }}>
            {mark || ([...name][0] ?? '¢')}
          </span>
          {name || '–'}
        </p>
        <p className={css.heading}>{words.sampleTitle}</p>
        <p>{words.sampleText}</p>
        <p style={{ color: own.muted }}>{words.sampleMuted}</p>
        <p className={css.acts}>
          <span className={css.main} style={main}>
            {words.sampleButton}
          </span>
          <span className={css.link} style={{ color: own.accent }}>
            {words.sampleLink}
          </span>
        </p>
      </div>
    </figure>
  )
}
