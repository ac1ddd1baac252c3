import type { Receipt } from '../../../client/index.ts'
import { explainParts, wordsOf } from '../../../contract/explain/index.ts'
import { count } from '../../app/format.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  type Column,
  Disclosure,
  Facts,
  Money,
  Muted,
  Panel,
  type Step,
  Steps,
  Table,
  Time,
  useMoneyText,
} from '../../kit/index.ts'
import { IntoView } from '../../parts/into-view.tsx'
import { EntryLink } from '../../parts/screen-link.tsx'
import css from './receipt.module.css'
import { receiptWords } from './words.ts'

/** Every source that was asked, in order, with its reason; then windows, caps and the hold. */
export function Trace({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const lang = useLang()
  const timeZone = useTimeZone()
  const money = useMoneyText()
  const parts = explainParts(receipt, { lang, timeZone })
  const steps = receipt.funding.map(
    ({ position, state, free, reason }, index): Step => ({
      id: `${position}`,
      title: parts.funding[index],
      detail: reason === 'not_needed' ? undefined : words.free(money(free, receipt.currency)),
      state: state === 'passed_over' ? 'passed_over' : 'done',
    }),
  )
  return (
    <Panel title={words.trace}>
      {parts.coverage.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {steps.length === 0 ? (
        <Muted>{words.traceNone}</Muted>
      ) : (
        <Steps steps={steps} name={words.trace} stateWords={words.traceStates} />
      )}
      {parts.windows.length + parts.caps.length > 0 && (
        <Disclosure title={words.moment} open>
          <ul className={css.sentences}>
            {[...parts.windows, ...parts.caps].map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Disclosure>
      )}
      <Hold receipt={receipt} />
    </Panel>
  )
}

function Hold({ receipt: { hold, currency } }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const lang = useLang()
  if (hold === null) return null
  const figure = (name: string, amount: string) =>
    [name, <Money key={name} amount={amount} currency={currency} />] as const
  return (
    <Disclosure title={words.hold}>
      <Facts
        rows={[
          figure(words.holdWorst, hold.worst),
          figure(words.holdExpected, hold.expected),
          figure(words.holdMoney, hold.money),
          figure(words.holdIncluded, hold.included),
          figure(words.holdSettled, hold.settled),
          figure(words.holdReleased, hold.released),
        ]}
      />
      {hold.clamped && <p>{words.holdClamped(count(hold.max_output_tokens, lang))}</p>}
    </Disclosure>
  )
}

const FAILED: readonly string[] = ['refused', 'attempt_failed', 'hold_expired', 'request_refused']

/** What happened, in the order in which it did. */
export function Timeline({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const lang = useLang()
  const { events, outcomes, refusals } = wordsOf(lang)
  const named: Readonly<Record<string, string>> = { ...refusals, ...outcomes }
  const isRetried = receipt.attempts.length > 1
  const steps = receipt.timeline.map(
    ({ at, event, attempt, code }, index): Step => ({
      id: `${index} ${event}`,
      title: (
        <>
          {events[event]}
          {isRetried && attempt !== null && ` · ${words.attempt} ${attempt}`}
        </>
      ),
      detail: (
        <>
          <Time at={at} form="time" />
          {after(receipt.timeline[index - 1]?.at, at, (ms) => words.timelineLate(count(ms, lang)))}
          {code !== null && ` · ${named[code] ?? code}`}
        </>
      ),
      state: FAILED.includes(event) ? 'failed' : 'done',
    }),
  )
  return (
    <Panel title={words.timeline}>
      <Steps steps={steps} name={words.timeline} />
    </Panel>
  )
}

/** Milliseconds since the step before; nothing for the first and for what took days. */
function after(before: string | undefined, at: string, say: (ms: number) => string): string {
  if (before === undefined) return ''
  const ms = Date.parse(at) - Date.parse(before)
  return ms >= 0 && ms < 3_600_000 ? ` · ${say(ms)}` : ''
}

/** Each attempt of the call, with what it cost: those that failed cost nothing. A list of calls leads here. */
export function Attempts({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const columns = useAttemptColumns(receipt)
  if (receipt.attempts.length < 2) return null
  const panel = (
    <Panel title={words.attempts}>
      <Table
        name={words.attempts}
        rows={receipt.attempts}
        rowKey={({ seq }) => `${seq}`}
        columns={columns}
      />
    </Panel>
  )
  return location.hash === '#attempts' ? <IntoView>{panel}</IntoView> : panel
}

function useAttemptColumns({
  currency,
  entries,
}: Receipt): readonly Column<Receipt['attempts'][number]>[] {
  const words = useWords(receiptWords)
  const { attemptStates } = wordsOf(useLang())
  const requests = new Map(entries.map(({ seq, request_id }) => [seq, request_id]))
  return [
    { id: 'n', label: words.attempt, cell: ({ attempt }) => attempt },
    { id: 'state', label: words.outcome, cell: ({ state }) => attemptStates[state] },
    {
      id: 'upstream',
      label: words.upstream,
      priority: 2,
      cell: ({ upstream_status: status }) => status !== null && `HTTP ${status}`,
    },
    {
      id: 'request',
      label: words.requestId,
      priority: 1,
      cell: ({ seq }) => <code>{requests.get(seq)}</code>,
    },
    {
      id: 'charged',
      label: words.attemptCharged,
      numeric: true,
      cell: ({ charged }) => <Money amount={charged} currency={currency} />,
    },
    {
      id: 'plan',
      label: words.attemptPlan,
      numeric: true,
      cell: ({ covered_by_plan: covered }) => <Money amount={covered} currency={currency} />,
    },
  ]
}

/** Refunds, moves and reversals, each with its sentences and its entry. */
export function Corrections({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const lang = useLang()
  const timeZone = useTimeZone()
  if (receipt.corrections.length === 0) return null
  const { corrections } = explainParts(receipt, { lang, timeZone })
  return (
    <Panel title={words.corrections}>
      <Steps
        name={words.corrections}
        steps={receipt.corrections.map(
          ({ seq, at }, index): Step => ({
            id: `${seq}`,
            title: corrections[index]?.join(lang === 'ja' ? '' : ' '),
            detail: (
              <>
                <Time at={at} /> ·{' '}
                <EntryLink account={receipt.account_id} seq={seq}>
                  {words.entry} {seq}
                </EntryLink>
              </>
            ),
            state: 'done',
          }),
        )}
      />
    </Panel>
  )
}
