import type { EntryAnswer } from '../../../client/index.ts'
import { readAmount } from '../amounts.ts'
import type { DemoTone } from '../options.ts'
import { plural, words } from '../words.ts'
import { drawnBy, PLAN } from './journal.ts'

/** One step of an account's way, as its journal has it. */
export interface WayStep {
  readonly at: string
  readonly seq: number
  readonly text: string
  /** Credit that came. */
  readonly credit?: bigint
  /** What calls drew from a source, from its first draw to the last one. */
  readonly drawn?: bigint
  readonly tone: DemoTone
}

type Dollars = (amount: string) => string

/** The way of an account in the order of its journal. */
export function stepsOf(journal: readonly EntryAnswer[], dollars: Dollars): WayStep[] {
  const steps = [
    ...journal.flatMap((entry) => eventOf(entry, dollars) ?? []),
    ...sourceSteps(journal),
    ...refusalSteps(journal),
  ]
  return steps.sort((one, other) => one.seq - other.seq)
}

const placed = ({ at, seq }: EntryAnswer): Pick<WayStep, 'at' | 'seq'> => ({ at, seq })

/** What was done to the account: not by calls. */
function eventOf(entry: EntryAnswer, dollars: Dollars): WayStep | null {
  const { controls, lot, payment, auto_reload: terms } = entry
  if (controls?.caps?.length)
    return { ...placed(entry), text: controlsText(entry, dollars), tone: 'plain' }
  if (terms) {
    const text = `agreed to auto-reload below ${dollars(terms.trigger_below)}`
    return { ...placed(entry), text, tone: 'plain' }
  }
  if (lot === undefined || (entry.kind !== 'grant' && entry.kind !== 'top_up')) return null
  const credit = readAmount(lot.face)
  if (payment === undefined)
    return { ...placed(entry), text: `claimed “${lot.name}”`, credit, tone: 'promotional' }
  return { ...placed(entry), text: paymentText(payment, dollars), credit, tone: 'paid' }
}

function controlsText({ controls }: EntryAnswer, dollars: Dollars): string {
  const caps = controls?.caps ?? []
  const most = caps.map(({ amount, period }) => `at most ${dollars(amount)} a ${words(period)}`)
  return [...(controls?.paid_use ? ['paid use on'] : []), ...most].join(', ')
}

type Payment = NonNullable<EntryAnswer['payment']>

function paymentText({ price, tax, tax_rate, reload }: Payment, dollars: Dollars): string {
  const rate = tax_rate === undefined ? '' : ` (${percent(tax_rate)})`
  const who = reload === undefined ? 'previewed and bought' : 'auto-reload bought'
  return `${who} ${dollars(price)} + ${dollars(tax)} tax${rate}`
}

/** `0.19` as `19 %`. */
const percent = (rate: string): string => {
  const shown = (readAmount(rate) / 1_000_000n).toString().padStart(2, '0')
  return `${shown.slice(0, -1)}.${shown.slice(-1)} %`.replace('.0 %', ' %')
}

interface Source {
  readonly first: EntryAnswer
  readonly calls: Set<string>
  drawn: bigint
}

function sourcesOf(journal: readonly EntryAnswer[]): Map<string, Source> {
  const sources = new Map<string, Source>()
  for (const entry of journal) {
    if (entry.call === undefined) continue
    for (const [id, drawn] of drawnBy(entry)) {
      const source = sources.get(id) ?? { first: entry, calls: new Set<string>(), drawn: 0n }
      sources.set(id, source)
      source.drawn += drawn
      source.calls.add(entry.call.call_id)
    }
  }
  return sources
}

/** From where the calls were paid, each source at its first draw. */
function sourceSteps(journal: readonly EntryAnswer[]): WayStep[] {
  const lots = new Map(journal.flatMap(({ lot }) => (lot ? [[lot.id, lot] as const] : [])))
  return [...sourcesOf(journal)].map(([id, { first, calls, drawn }]) => {
    const lot = lots.get(id)
    const from = lot === undefined ? 'the plan’s window' : `“${lot.name}”`
    const tone = id === PLAN ? 'included' : (lot?.category ?? 'plain')
    return { ...placed(first), text: `${plural(calls.size, 'call')} from ${from}`, drawn, tone }
  })
}

/** The first refusal of each kind, and how many there were. */
function refusalSteps(journal: readonly EntryAnswer[]): WayStep[] {
  const refused = journal.filter(({ refused, call }) => refused && call)
  const codes = [...new Set(refused.map((entry) => entry.refused?.code ?? ''))]
  return codes.flatMap((code) => {
    const own = refused.filter((entry) => entry.refused?.code === code)
    const text = `${plural(own.length, 'call')} refused: ${words(code)}`
    return own[0] ? [{ ...placed(own[0]), text, drawn: 0n, tone: 'bad' as const }] : []
  })
}
