import { amount, Lie, moment, same, written } from './amounts.ts'
import type { Body, Line, Usage } from './body.ts'
import {
  type Book,
  bookOf,
  from,
  type Multiplier,
  type Place,
  type PublishedBook,
  type Row,
  type When,
  word,
} from './book.ts'

/** The lines of a receipt, computed once more from what was used and the price book. */

const KINDS = [
  ...['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'cache_write'],
  ...['input_audio', 'input_image', 'output', 'reasoning', 'output_audio', 'output_image'],
]
const PROMPT = /^(?:input|cache_)/
const STAND_IN: Readonly<Record<string, string>> = {
  cache_write: 'cache_write_5m',
  reasoning: 'output',
  input_image: 'input',
  output_image: 'output',
}
interface Fraction {
  readonly over: bigint
  readonly under: bigint
}
const MTOK = 1_000_000n
const UNIT = 1_000_000_000n
const plus = (a: Fraction, b: Fraction): Fraction =>
  a.under === b.under
    ? { over: a.over + b.over, under: a.under }
    : { over: a.over * b.under + b.over * a.under, under: a.under * b.under }
const times = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.over,
  under: a.under * b.under,
})
const floor = ({ over, under }: Fraction): bigint =>
  over / under - (over % under !== 0n && over < 0n ? 1n : 0n)
const NOTHING: Fraction = { over: 0n, under: 1n }

/** What one model served: its own usage, priced at its own rows. */
interface Part {
  readonly model: string
  readonly usage: Usage
  readonly prompt: number
  tokens: Fraction
  fees: Fraction
}

/** Compares every line and the total. Returns how many lines there are. */
export function checkRating(body: Body, books: readonly PublishedBook[]): number {
  const { rating, call, usage } = body
  if (rating?.status !== 'priced') return 0
  if (!call || !usage) throw new Lie('usage', usage ?? null, 'what was used')
  const sheet = new Sheet(bookOf(body, books), body)
  const { lines, total } = sheet.rate(body.served?.model ?? call.model, usage)
  const stated = rating.lines ?? []
  lines.forEach((line, index) => {
    for (const [name, computed] of Object.entries(line))
      same(`line ${index + 1}: ${name}`, stated[index]?.[name as keyof Line], computed)
  })
  same('number of lines', stated.length, lines.length)
  same('model of the price', rating.model, sheet.main)
  same('total of the lines', rating.total, total)
  return lines.length
}

class Sheet {
  readonly #book: Book
  readonly #body: Body
  readonly #place: Place
  readonly #lines: (Line & { readonly exact: Fraction })[] = []
  main = ''

  constructor(book: Book, body: Body) {
    this.#book = book
    this.#body = body
    const { tier, speed, region } = body.served ?? {}
    this.#place = {
      tier: word('tier', tier),
      speed: word('speed', speed),
      region: word('region', region),
    }
  }

  rate(model: string, usage: Usage & { readonly parts?: readonly Usage[] }) {
    const parts = [usage, ...(usage.parts ?? [])].map((own, index) =>
      this.#part(index === 0 ? model : (own.model ?? model), own),
    )
    this.main = parts[0]?.model ?? ''
    for (const part of parts) this.#addFees(part)
    this.#weigh(parts)
    this.#promote(parts)
    return this.#close()
  }

  #part(id: string, usage: Usage): Part {
    const counts = Object.entries(usage.tokens).filter(([kind]) => PROMPT.test(kind))
    const prompt = counts.reduce((sum, [, count]) => sum + count, 0)
    const part: Part = { model: this.#resolve(id), usage, prompt, tokens: NOTHING, fees: NOTHING }
    const tokens = { ...usage.tokens }
    // writes of a lifetime that nobody stated are those of five minutes, where they have no own price
    const { cache_write: writes = 0, cache_write_5m: short = 0 } = tokens
    if (writes > 0 && this.#row(part, 'cache_write')?.kind !== 'cache_write')
      Object.assign(tokens, { cache_write: 0, cache_write_5m: short + writes })
    for (const kind of KINDS) {
      const quantity = tokens[kind] ?? 0
      if (quantity === 0) continue
      const row = this.#row(part, kind)
      if (!row) throw new Lie(`price of ${kind} of ${part.model}`, 'priced', 'none in the book')
      const exact = { over: BigInt(quantity) * amount(row.per_mtok), under: MTOK }
      part.tokens = plus(part.tokens, exact)
      const per_mtok = written(amount(row.per_mtok))
      this.#add({ type: 'usage', kind, model: part.model, quantity, per_mtok, amount: '' }, exact)
    }
    return part
  }

  /** The model itself, else what the first alias that leads to one makes of it. */
  #resolve(id: string): string {
    const has = (model: string) => this.#book.rows.some((row) => row.model === model)
    if (has(id)) return id
    const aliases = id.length > 200 ? [] : (this.#book.aliases ?? [])
    const found = aliases
      .map(({ pattern, replace }) => id.replace(new RegExp(pattern), replace ?? ''))
      .find(has)
    if (found === undefined) throw new Lie(`price of ${id}`, 'priced', 'none in the book')
    return found
  }

  /** The row of the served tier and speed: of its region before any, of the highest band reached. */
  #row({ model, prompt }: Part, kind: string): Row | undefined {
    const { tier, speed, region } = this.#place
    const rank = ({ when }: Row): number =>
      from(when) + (word('region', when?.region) === '' ? 0 : Number.MAX_SAFE_INTEGER / 2)
    for (const wanted of [kind, STAND_IN[kind]]) {
      const rows = this.#book.rows.filter(
        (row) =>
          row.model === model &&
          row.kind === wanted &&
          word('tier', row.when?.tier) === tier &&
          word('speed', row.when?.speed) === speed &&
          ['', region].some((own) => own === word('region', row.when?.region)) &&
          from(row.when) <= prompt,
      )
      const [best] = rows.sort((a, b) => rank(b) - rank(a))
      if (best) return best
    }
    return undefined
  }

  #addFees(part: Part): void {
    for (const [fee, quantity] of Object.entries(part.usage.fees)) {
      if (quantity === 0) continue
      const rows = (this.#book.fees ?? []).filter((row) => row.fee === fee)
      const row =
        rows.find(({ model }) => model === part.model) ?? rows.find(({ model }) => model === '*')
      if (!row) throw new Lie(`price of ${fee}`, 'priced', 'none in the book')
      const exact = { over: BigInt(quantity) * amount(row.each), under: 1n }
      part.fees = plus(part.fees, exact)
      this.#add({ type: 'fee', fee, quantity, each: written(amount(row.each)), amount: '' }, exact)
    }
  }

  /** Weights are on the tokens of the parts that they apply to: the largest of them, or all. */
  #weigh(parts: readonly Part[]): void {
    const { weights = [], weights_rule: rule } = this.#book
    const applying = parts.map((part) => {
      const found = weights.filter(({ when }) => this.#applies(when, part.prompt))
      if (rule === 'product' || found.length < 2) return found
      const size = (own: Multiplier) => amount(own.multiplier)
      return [found.reduce((best, next) => (size(next) > size(best) ? next : best))]
    })
    for (const weight of weights)
      this.#multiply(
        'weight',
        weight,
        parts.filter((_, index) => applying[index]?.includes(weight)),
      )
  }

  #applies(when: When, prompt: number): boolean {
    const features: readonly string[] = this.#body.call?.features ?? []
    const fits = (of: keyof Place) =>
      when[of] === undefined || word(of, when[of]) === this.#place[of]
    return (
      from(when) <= prompt &&
      fits('tier') &&
      fits('speed') &&
      fits('region') &&
      (when.feature === undefined || features.includes(when.feature))
    )
  }

  /** Promotions are on everything, and all of them count. */
  #promote(parts: readonly Part[]): void {
    const at = moment(this.#body.event_at)
    const plan = this.#body.plan?.split('@')[0] ?? ''
    for (const promotion of this.#book.promotions ?? []) {
      const { plans, models } = promotion
      if (at < moment(promotion.from) || at >= moment(promotion.until)) continue
      if (plans && !plans.includes(plan)) continue
      this.#multiply(
        'promotion',
        promotion,
        parts.filter(({ model }) => !models || models.includes(model)),
      )
    }
  }

  #multiply(type: 'weight' | 'promotion', own: Multiplier, parts: readonly Part[]): void {
    const factor = { over: amount(own.multiplier), under: UNIT }
    const more = { over: factor.over - UNIT, under: UNIT }
    let added = NOTHING
    for (const part of parts)
      for (const share of type === 'weight'
        ? (['tokens'] as const)
        : (['tokens', 'fees'] as const)) {
        added = plus(added, times(part[share], more))
        part[share] = times(part[share], factor)
      }
    if (added.over === 0n) return
    this.#add({ type, id: own.id, multiplier: written(factor.over), amount: '' }, added)
  }

  #add(line: Line, exact: Fraction): void {
    this.#lines.push({ ...line, exact })
  }

  /** The exact sum is rounded down once: a line's amount is the difference of running sums. */
  #close(): { readonly lines: readonly Line[]; readonly total: string } {
    let sum = NOTHING
    let floored = 0n
    const lines = this.#lines.map(({ exact, ...line }) => {
      sum = plus(sum, exact)
      const before = floored
      floored = floor(sum)
      return { ...line, amount: written(floored - before) }
    })
    return { lines, total: written(floored) }
  }
}
