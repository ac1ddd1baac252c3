import type {
  CallFacts,
  CapUse,
  Coverage,
  Lot,
  PassedOver,
  WindowInstance,
} from '../../../src/core/funding/index.ts'

/**
 * The funding order once more, by brute force, from the words of the design: a list of sources in the
 * published order, each asked nano by nano whether it may give. Slow and plain on purpose; it shares
 * nothing with the implementation but the types.
 */

export interface Question {
  readonly amount: bigint
  readonly call: CallFacts
  readonly coverage: Coverage
  readonly windows: readonly WindowInstance[] | null
  readonly lots: readonly Lot[]
  readonly paidUse: boolean
  readonly overage: { readonly limit: bigint | null; readonly used: bigint; readonly held: bigint }
  readonly caps: readonly CapUse[]
  readonly at: number
}

export interface Given {
  readonly source: string
  readonly drawn: bigint
  readonly reason: PassedOver | null
}

interface Source {
  readonly name: string
  /** `null`: included value, which only caps on everything count. */
  readonly money: 'paid' | 'promotional' | null
  readonly refuses: PassedOver | null
  left: bigint
  readonly othersHold: boolean
}

const matches = (pattern: string, text: string): boolean =>
  pattern === text || (pattern.at(-1) === '*' && text.startsWith(pattern.slice(0, -1)))

function scopeCovers(lot: Lot, call: CallFacts): boolean {
  const { models, features, clients } = lot.scope
  const modelFits = !models || models.filter((own) => matches(own, call.model)).length > 0
  const featureFits = !features || call.features.filter((own) => features.includes(own)).length > 0
  const clientFits = !clients || (call.client !== null && clients.includes(call.client))
  return modelFits && featureFits && clientFits
}

/** Voided or out of its life, for another use, or paid while paid use is off: in that order. */
function lotRefuses(lot: Lot, question: Question): PassedOver | null {
  const { at } = question
  if (lot.voidedAt !== null && at >= lot.voidedAt) return 'voided'
  if (at < lot.effectiveAt) return 'not_yet_effective'
  if (lot.expiresAt !== null && at >= lot.expiresAt) return 'expired'
  if (!scopeCovers(lot, question.call)) return 'out_of_scope'
  return lot.category === 'paid' && !question.paidUse ? 'switched_off' : null
}

const lotSource = (lot: Lot, question: Question): Source => ({
  name: lot.id,
  money: lot.category,
  refuses: lotRefuses(lot, question),
  left: lot.remaining - lot.held,
  othersHold: lot.held > 0n,
})

/** `1` where `a` is drawn after `b`: priority, soonest expiry, cheaper basis, older, id. */
function later(a: Lot, b: Lot): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  if (a.expiresAt !== b.expiresAt)
    return b.expiresAt === null ? false : a.expiresAt === null || a.expiresAt > b.expiresAt
  const [basisA, basisB] = [a.pricePaid * b.face, b.pricePaid * a.face]
  if (basisA !== basisB) return basisA > basisB
  return a.createdAt !== b.createdAt ? a.createdAt > b.createdAt : a.id > b.id
}

/** Takes the first of what is left, over and over. */
function ranked(lots: readonly Lot[]): Lot[] {
  const left = [...lots]
  const order: Lot[] = []
  while (left.length > 0) {
    const first = left.find((lot) => !left.some((other) => other !== lot && later(lot, other)))!
    order.push(first)
    left.splice(left.indexOf(first), 1)
  }
  return order
}

function includedSource(windows: readonly WindowInstance[], question: Question): Source {
  const rooms = windows.map((own) => {
    const room = own.capacity - own.used - own.held
    return { room: room < 0n ? 0n : room, held: own.held > 0n }
  })
  const least = rooms.reduce<(typeof rooms)[number] | null>(
    (best, own) => (best === null || own.room < best.room ? own : best),
    null,
  )
  const uncovered = question.coverage === 'covered' ? null : question.coverage
  return {
    name: 'included',
    money: null,
    refuses: uncovered ?? (least === null ? 'out_of_scope' : null),
    left: least?.room ?? 0n,
    othersHold: least?.held ?? false,
  }
}

function sourcesOf(question: Question): Source[] {
  const order = ranked(question.lots)
  const those = (wanted: (lot: Lot) => boolean) =>
    order.filter(wanted).map((lot) => lotSource(lot, question))
  const after = (category: Lot['category']) =>
    those((lot) => lot.position === 'after_windows' && lot.category === category)
  const { limit, used, held } = question.overage
  const credit = limit === null ? 0n : limit - used - held
  return [
    ...those((lot) => lot.position === 'before_windows'),
    ...(question.windows === null ? [] : [includedSource(question.windows, question)]),
    ...after('promotional'),
    ...after('paid'),
    ...(limit === null
      ? []
      : [
          {
            name: 'overage',
            money: 'paid' as const,
            refuses: question.paidUse ? null : ('switched_off' as const),
            left: credit < 0n ? 0n : credit,
            othersHold: held > 0n,
          },
        ]),
  ]
}

/** What the caps that count a source still let through, spent nano by nano. */
class Meter {
  readonly #own: { readonly counts: string; readonly amount: bigint; total: bigint }[]

  constructor(caps: readonly CapUse[]) {
    this.#own = caps.map(({ cap, amount, spent, held }) => ({
      counts: cap.counts,
      amount,
      total: spent + held,
    }))
  }

  #counting(source: Source) {
    return this.#own.filter((own) => {
      if (own.counts === 'all') return true
      return source.money === 'paid' || (own.counts === 'money' && source.money !== null)
    })
  }

  isFull = (source: Source): boolean =>
    this.#counting(source).some((own) => own.total >= own.amount)

  take(source: Source): void {
    source.left -= 1n
    for (const own of this.#counting(source)) own.total += 1n
  }
}

function drain(source: Source, needed: bigint, meter: Meter): Given {
  const { name } = source
  if (needed === 0n) return { source: name, drawn: 0n, reason: 'not_needed' }
  if (source.refuses) return { source: name, drawn: 0n, reason: source.refuses }
  let drawn = 0n
  while (drawn < needed && source.left > 0n && !meter.isFull(source)) {
    drawn += 1n
    meter.take(source)
  }
  if (drawn === needed) return { source: name, drawn, reason: null }
  if (source.left > 0n) return { source: name, drawn, reason: 'cap_reached' }
  return { source: name, drawn, reason: source.othersHold ? 'held' : 'exhausted' }
}

/** Pays one nano after the other. */
export function answer(question: Question): { given: Given[]; short: bigint } {
  const meter = new Meter(question.caps)
  let needed = question.amount
  const given = sourcesOf(question).map((source) => {
    const step = drain(source, needed, meter)
    needed -= step.drawn
    return step
  })
  return { given, short: needed }
}
