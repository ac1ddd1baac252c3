import { formatCount } from '../explain/format.ts'
import { explainSwitch } from '../explain/index.ts'
import { date, money, type Place, placeOf, type Reader, say } from '../explain/place.ts'
import type { AnswerOf, Routes } from '../routes/index.ts'
import { statementWordsOf } from '../statements/index.ts'
import { FIGURE_WORDS } from './figure-words.ts'
import { MCP_WORDS } from './words.ts'

type Answer<Id extends keyof Routes> = AnswerOf<Routes[Id]>

const wordsOf = ({ lang }: Place) => FIGURE_WORDS[lang]

const orNone = (sentences: readonly string[], reader: Reader): string[] =>
  sentences.length === 0 ? [MCP_WORDS[reader.lang].nothing] : [...sentences]

/** Calls in flight, each with what it holds; what it has come to, where the gateway has looked. */
export function runningText(
  page: Answer<'listRunningCalls'>,
  currency: string,
  reader: Reader,
): string[] {
  const place = placeOf(reader, { currency, as_of: page.as_of })
  const words = wordsOf(place)
  const lines = page.items.flatMap(({ at, model, held, worst, so_far: soFar }) => {
    const known = soFar?.amount ?? null
    return [
      say(words.running, {
        date: date(place, at),
        model,
        money: money(place, held.money),
        included: money(place, held.included),
        worst: money(place, worst),
      }),
      ...(known === null ? [] : [say(words.soFar, { amount: money(place, known) })]),
    ]
  })
  return page.next_cursor === null ? orNone(lines, reader) : [...lines, MCP_WORDS[reader.lang].more]
}

type Explored = Answer<'exploreUsage'>
type Sums = Explored['totals']

function sumsText(place: Place, sums: Sums): string {
  const words = wordsOf(place)
  const shown = (amount: string | null): string => (amount === null ? '?' : money(place, amount))
  const list = shown(sums.list_price)
  if (sums.charged === null) return say(words.listOnly, { list })
  const { charged, covered_by_plan: covered } = sums
  return say(words.sums, { list, charged: shown(charged), covered: shown(covered) })
}

/** The whole period first, then row by row and what is not among the rows. */
export function exploredText(answer: Explored, reader: Reader): string[] {
  const place = placeOf(reader, answer)
  const words = wordsOf(place)
  const { totals, rows, rest, group_by: group } = answer
  const count = (value: number | null): string =>
    value === null ? '?' : formatCount(value, reader.lang)
  const range = {
    from: date(place, answer.from),
    to: date(place, answer.to),
    calls: count(totals.calls),
    tokens: count(totals.tokens),
  }
  const unpriced = totals.unpriced_calls ?? 0
  const parts = group === 'none' ? [] : rows
  return [
    say(words.range, range),
    sumsText(place, totals),
    ...(unpriced > 0 ? [say(words.unpriced, { calls: count(unpriced) })] : []),
    ...parts.map(({ key, name, sums }) =>
      say(words.row, { name: name ?? key ?? words.noName, sums: sumsText(place, sums) }),
    ),
    ...(rest === null
      ? []
      : [say(words.rest, { groups: count(rest.groups), sums: sumsText(place, rest.sums) })]),
  ]
}

/** Each campaign in the sentences that its own screen says. */
export const campaignsText = (answer: Answer<'listAccountCampaigns'>, reader: Reader): string[] =>
  orNone(
    answer.items.map(({ name, explanation }) =>
      say(FIGURE_WORDS[reader.lang].campaign, {
        name,
        what: explanation.join(reader.lang === 'ja' ? '' : ' '),
      }),
    ),
    reader,
  )

/** Each plan in the sentences that its own screen says, and what a switch to it would do. */
export function plansText(own: Answer<'comparePlans'>, reader: Reader): string[] {
  const { currency, as_of: now } = own
  const words = FIGURE_WORDS[reader.lang]
  const lines = own.items.map((item) => {
    const sentences = [
      ...item.says,
      explainSwitch(item, { ...reader, currency, now }),
      ...(item.switch?.by_operator_only ? [words.byOperator] : []),
    ]
    const what = sentences.join(reader.lang === 'ja' ? '' : ' ')
    return say(words.plan, { name: item.name, plan: item.plan, what })
  })
  return orNone(lines, reader)
}

const BALANCES = ['prepaid', 'promotional', 'overage', 'invoiced', 'plan_credit'] as const

/** The balances that were there or moved, and what calls drew. */
export function statementText(own: Answer<'getStatement'>, reader: Reader): string[] {
  const place = placeOf(reader, own)
  const words = wordsOf(place)
  const { sources, usedFrom } = statementWordsOf(reader.lang)
  const { label, start, end, balances, usage } = own
  const moved = BALANCES.filter(
    (source) =>
      balances[source].opening !== '0' ||
      balances[source].closing !== '0' ||
      balances[source].movements.length > 0,
  )
  return [
    say(words.statement, { label, from: date(place, start), to: date(place, end) }),
    ...moved.map((source) =>
      say(words.balance, {
        source: sources[source],
        opening: money(place, balances[source].opening),
        closing: money(place, balances[source].closing),
      }),
    ),
    ...usage.map(({ model, source, amount }) =>
      say(words.used, { model, amount: money(place, amount), source: usedFrom[source] }),
    ),
  ]
}

/** What is owed, then each invoice, the latest first. */
export function invoicesText(
  answer: Answer<'listInvoices'>,
  currency: string,
  reader: Reader,
): string[] {
  const place = placeOf(reader, { currency, as_of: answer.as_of })
  const words = wordsOf(place)
  const { invoices, overage } = answer.owed
  return [
    say(words.owed, { invoices: money(place, invoices), overage: money(place, overage) }),
    ...answer.items.toReversed().map(({ label, total, left, due_at: due }) => {
      const values = { label, total: money(place, total), left: money(place, left) }
      return left === '0'
        ? say(words.invoiceDone, values)
        : say(words.invoice, { ...values, date: date(place, due) })
    }),
  ]
}

type Reload = Answer<'getAutoReload'>

/** Whether a card can be charged by itself, for how much, and what that waits for. */
export function reloadText(own: Reload, currency: string, reader: Reader): string[] {
  const place = placeOf(reader, { currency, as_of: own.as_of })
  const words = wordsOf(place)
  const { terms } = own
  if (terms === null) return [words.reloadOff]
  const amount = (text: string): string => money(place, text)
  const below = amount(terms.trigger_below)
  return [
    ...(own.stopped ? [words.reloadStopped] : own.paused_at ? [words.reloadPaused] : []),
    terms.amount === null
      ? say(words.reloadTarget, { below, target: amount(terms.target ?? '0') })
      : say(words.reloadAmount, { below, amount: amount(terms.amount) }),
    say(words.reloadLimits, {
      today: amount(own.charged_today),
      day: amount(terms.max_per_day),
      month: amount(own.charged_this_month),
      months: amount(terms.max_per_month),
    }),
    reloadWait(place, own),
  ]
}

function reloadWait(place: Place, { due, waits_for: why, balance }: Reload): string {
  const words = wordsOf(place)
  if (due || why === null) return words.reloadDue
  return say(words.reloadWaits, { why: say(words.waits[why], { balance: money(place, balance) }) })
}
