import type { Client } from '../../client/index.ts'
import { subjectSentence } from '../../contract/cases/index.ts'
import type { Context } from '../context.ts'
import { type Cell, dateTimeZone, money, renderPairs, renderTable } from '../render/index.ts'
import { sanitize, wrap } from '../render/text.ts'
import { words } from './receipt-parts.ts'

type Dispute = Awaited<ReturnType<Client['disputes']['get']>>
type Case = Awaited<ReturnType<Client['cases']['get']>>
type Stage = Dispute['tracker'][number]
type Plan = NonNullable<Dispute['offer']>

const time = (at: string, { clock }: Context): string => dateTimeZone(Date.parse(at), clock)

const STAGE_TONES = {
  done: 'ok',
  due: 'strong',
  overdue: 'bad',
  waiting: 'muted',
  not_needed: 'muted',
} as const

/** Every step with its time, or with when it is due. */
function trackerLines(stages: readonly Stage[], context: Context): string[] {
  return renderTable(context.style, {
    columns: [{ title: 'step' }, { title: 'state' }, { title: 'when', min: 12 }],
    rows: stages.map(({ stage, state, at, due_at: due }): Cell[] => [
      stage,
      { text: words(state), tone: STAGE_TONES[state] },
      at !== null ? time(at, context) : due === null ? '' : `by ${time(due, context)}`,
    ]),
  })
}

function planLines(plan: Plan, currency: string | null): string[] {
  const lines = plan.lines.map(
    ({ call_id: call, amount, reason }) =>
      `  ${money(amount, currency ?? '')}  ${sanitize(call)}  ${words(reason)}`,
  )
  const { purchase } = plan
  return purchase
    ? [...lines, `  ${money(purchase.amount, currency ?? '')}  ${sanitize(purchase.payment_id)}`]
    : lines
}

const paragraphs = (lines: readonly string[], context: Context): string[] =>
  lines.flatMap((line) => wrap(sanitize(line), context.style.columns))

/** A dispute as the account sees it: what was found, what is offered, where it stands, what can be done. */
export function disputeLines(own: Dispute, context: Context): string[] {
  const { currency } = own
  return [
    ...renderPairs(context.style, [
      ['case', own.case_id],
      ['state', words(own.state)],
      ...(own.amount === null ? [] : [['about', money(own.amount, currency ?? '')] as const]),
      ...(own.person === null ? [] : [['with', sanitize(own.person.name)] as const]),
      ...(own.provisional === null
        ? []
        : [['credit meanwhile', money(own.provisional.amount, own.provisional.currency)] as const]),
    ]),
    '',
    ...foundLines(own, context),
    ...(own.offer
      ? [
          `Offered: ${money(own.offer.total, currency ?? '')}`,
          ...planLines(own.offer, currency),
          `Take it: everycent dispute accept ${own.case_id}`,
          '',
        ]
      : []),
    ...trackerLines(own.tracker, context),
    ...(own.letter.length === 0 ? [] : ['', ...paragraphs(own.letter, context)]),
    ...(own.messages.length === 0 ? [] : ['', ...messageLines(own, context)]),
    '',
    own.can.length === 0
      ? 'Nothing more can be done in this case.'
      : `You can: ${own.can.map(words).join(', ')}.`,
  ]
}

function foundLines({ findings, currency }: Dispute, context: Context): string[] {
  if (findings.length === 0) return ['Our own check has found no fault.', '']
  return [
    'Our own check has found:',
    ...findings.flatMap(({ sentence, receipts, difference, status }) =>
      paragraphs(
        [
          `${receipts.join(', ')}: ${sentence} ${money(difference, currency ?? '')} (${words(status)})`,
        ],
        context,
      ),
    ),
    '',
  ]
}

const messageLines = ({ messages }: Dispute, context: Context): string[] =>
  messages.flatMap(({ at, from, words: said }) =>
    wrap(`${time(at, context)}  ${from}: ${sanitize(said)}`, context.style.columns),
  )

/** A case as whoever works on it sees it. */
export function caseLines(own: Case, context: Context): string[] {
  const { currency } = own
  return [
    ...renderPairs(context.style, [
      ['case', own.case_id],
      ['account', own.account_id ?? 'none'],
      ['plan', own.plan ?? 'none'],
      ['about', subjectSentence(own.subject, 'en')],
      ['state', words(own.state)],
      ['with', own.assignee ?? (own.tier === null ? 'nobody' : `tier ${own.tier}`)],
      ...(own.amount === null ? [] : [['at stake', money(own.amount, currency ?? '')] as const]),
      ['given back', money(own.refunded, currency ?? '')],
      ['you may give alone', own.alone === null ? 'any amount' : money(own.alone, currency ?? '')],
      ...factPairs(own),
    ]),
    '',
    ...(own.waiting
      ? [
          `Waits for a second person: ${money(own.waiting.plan.total, currency ?? '')}, asked for by ${sanitize(own.waiting.by)} (${words(own.waiting.reason)})`,
          ...planLines(own.waiting.plan, currency),
          '',
        ]
      : []),
    ...trackerLines(own.tracker, context),
    '',
    ...own.events.map(
      ({ at, kind, actor, words: said }) =>
        `${time(at, context)}  ${words(kind)} by ${sanitize(actor.id)}${said === null ? '' : `: ${sanitize(said)}`}`,
    ),
  ]
}

/** What the account has sent is in the steps; the rest of the facts are codes and figures. */
const factPairs = ({ facts }: Case): (readonly [string, string])[] =>
  Object.entries(facts)
    .filter(([name]) => name !== 'request' && name !== 'provisional')
    .map(([name, value]) => [
      words(name),
      sanitize(typeof value === 'string' ? value : JSON.stringify(value)),
    ])
