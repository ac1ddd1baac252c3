import { Link } from '@tanstack/react-router'
import { serverNow } from '../app/clock.ts'
import { duration } from '../app/format.ts'
import { useLang } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { StateWord, useAge } from '../kit/index.ts'
import css from './parts.module.css'
import { codeWords } from './words.ts'

const SOON_MS = 4 * 3_600_000

/** How long is left until the next step is due, counted by the server's clock; or by how much it is late. */
export function DueIn({ at }: { readonly at: string | null }) {
  const words = useWords(codeWords)
  const lang = useLang()
  useAge(at ?? new Date(0).toISOString())
  if (at === null) return <span>{words.noDue}</span>
  const left = Date.parse(at) - serverNow()
  if (left <= 0)
    return (
      <StateWord tone="danger">
        <time dateTime={at} className={css.due}>
          {words.late(duration(-left, lang))}
        </time>
      </StateWord>
    )
  return (
    <StateWord tone={left < SOON_MS ? 'warn' : 'muted'} icon="clock">
      <time dateTime={at} className={css.due}>
        {words.left(duration(left, lang))}
      </time>
    </StateWord>
  )
}

/** To all that happened to an account; from a case, the access log goes on naming it. */
export function AccountLink({
  account,
  caseId,
}: {
  readonly account: string | null
  readonly caseId?: string
}) {
  const words = useWords(codeWords)
  if (account === null) return <span>{words.nothing}</span>
  return (
    <Link to={`/support/accounts/${account}`} search={(caseId ? { case: caseId } : {}) as never}>
      {account}
    </Link>
  )
}

/** A receipt as the account holder sees it. */
export function ReceiptLink({
  account,
  callId,
}: {
  readonly account: string | null
  readonly callId: string
}) {
  const receipt = `rcpt_${callId.replace(/^call_/, '')}`
  if (account === null) return <code>{receipt}</code>
  return <Link to={`/a/${account}/receipts/${receipt}`}>{receipt}</Link>
}
