import { formatMoney } from '../../contract/explain/index.ts'
import { useLang } from '../app/preferences.ts'
import { percentOf } from '../app/shares.ts'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { Money } from './amount.tsx'
import css from './meter.module.css'

export interface MeterProps {
  /** What it measures: read before the figures. */
  readonly label: string
  readonly currency: string | null
  /** Exact decimal texts. What is held counts as used: nobody else can have it. */
  readonly used: string
  readonly held?: string
  readonly total: string
  /** How much of what is used was spent before this limit was set: a part of its own. */
  readonly before?: string
  /** Its reset has passed and nothing newer is known: shown as unknown. */
  readonly unknown?: boolean
  /** Read with the figures: `resets in 2 h`. */
  readonly detail?: string
  readonly tone?: 'plan' | 'promo' | 'prepaid' | 'bundle' | 'overage'
}

/** Used and left together; the bar fills with what is used. */
export function Meter(props: MeterProps) {
  const words = useWords(kitWords)
  const lang = useLang()
  const { label, currency, used, held = '0', total, unknown = false, detail, tone, before } = props
  const share = percentOf(used, held, total)
  const figures = unknown ? words.unknownUsed : words.usedLeft(`${share.used}`, `${share.left}`)
  const value = `${formatMoney(used, currency, lang)} / ${formatMoney(total, currency, lang)}`
  const heldText = share.held > 0 ? words.heldToo(formatMoney(held, currency, lang)) : ''
  const beforeText =
    before === undefined ? '' : words.spentBefore(formatMoney(before, currency, lang))
  const beforeShare = before === undefined ? 0 : percentOf(before, '0', used).used
  const text = [figures, unknown ? '' : value, heldText, beforeText, detail]
    .filter(Boolean)
    .join(', ')
  return (
    <div className={css.meter} data-tone={tone} data-full={share.used >= 100 || undefined}>
      <div
        className={css.bar}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={unknown ? 0 : Math.min(100, share.used)}
        aria-valuetext={text}
      >
        {!unknown && (
          <>
            <span className={css.before} style={{ width: `${beforeShare}%` }} />
            <span className={css.used} style={{ width: `${share.usedOnly - beforeShare}%` }} />
            <span className={css.held} style={{ width: `${share.held}%` }} />
          </>
        )}
      </div>
      <div className={css.figures} aria-hidden="true">
        <span>{figures}</span>
        {!unknown && (
          <span className={css.value}>
            <Money amount={used} currency={currency} /> /{' '}
            <Money amount={total} currency={currency} />
          </span>
        )}
      </div>
      {beforeText !== '' && <div className={css.heldText}>{beforeText}</div>}
      {heldText !== '' && <div className={css.heldText}>{heldText}</div>}
    </div>
  )
}
