import { amount, fraction, Lie, same, sameAmount } from './amounts.ts'

/** The lines of a receipt, computed once more from their quantities and the price book. */

interface When {
  readonly prompt_tokens_above?: number
  readonly prompt_tokens_from?: number
  readonly tier?: string
  readonly speed?: string
  readonly region?: string
  readonly feature?: string
}

export interface Book {
  readonly id: string
  readonly currency: string
  readonly effective_from: string
  readonly rows: readonly {
    readonly model: string
    readonly kind: string
    readonly per_mtok: string
    readonly when?: When
  }[]
  readonly fees?: readonly { readonly model: string; readonly fee: string; readonly each: string }[]
  readonly weights?: readonly { readonly id: string; readonly multiplier: string }[]
  readonly promotions?: readonly { readonly id: string; readonly multiplier: string }[]
}

export interface Line {
  readonly type: 'usage' | 'fee' | 'weight' | 'promotion'
  readonly kind?: string
  readonly model?: string
  readonly fee?: string
  readonly id?: string
  readonly quantity?: number
  readonly per_mtok?: string
  readonly each?: string
  readonly multiplier?: string
  readonly amount: string
}

export interface Served {
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
}

export interface Priced {
  readonly book: string
  readonly model: string
  readonly lines: readonly Line[]
  readonly total: string
}

const ORDINARY = [
  'standard',
  'default',
  'auto',
  'on_demand',
  'standard_only',
  'global',
  'not_available',
]
const word = (text: string | null | undefined): string =>
  text == null || ORDINARY.includes(text) ? '' : text

const PROMPT = /^(?:input|cache_)/
const STAND_IN: Readonly<Record<string, string>> = {
  cache_write: 'cache_write_5m',
  reasoning: 'output',
  input_image: 'input',
  output_image: 'output',
}

const MTOK = 1_000_000n

/**
 * Every line is quantity times the price that the book has for it, or what a multiplier of the book adds to
 * the lines before it. The exact sum is rounded down once: a line's amount is the difference of running sums.
 * Where several models served a call, what a multiplier is on is not in the lines: there its own amount is
 * taken as stated, and everything else is computed.
 */
export function checkLines(book: Book, priced: Priced, served: Served): void {
  same('price book', priced.book, book.id)
  const prompts = promptsByModel(priced.lines)
  const sums: Sums = { tokens: NOTHING, fees: NOTHING, exact: NOTHING, single: prompts.size <= 1 }
  let floored = 0n
  for (const line of priced.lines) {
    addLine(sums, line, () => shareOf(book, line, { served, prompts, model: priced.model }))
    const next = floorOf(sums.exact)
    sameAmount(`line ${line.kind ?? line.fee ?? line.id}`, line.amount, next - floored)
    floored = next
  }
  sameAmount('total of the lines', priced.total, floored)
}

interface Sums {
  tokens: Fraction
  fees: Fraction
  exact: Fraction
  readonly single: boolean
}

const NOTHING: Fraction = { over: 0n, under: 1n }
const plus = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
})
const times = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.over,
  under: a.under * b.under,
})

function addLine(sums: Sums, line: Line, share: () => Fraction): void {
  const own = share()
  if (line.type === 'usage' || line.type === 'fee') {
    const name = line.type === 'usage' ? 'tokens' : 'fees'
    sums[name] = plus(sums[name], own)
    sums.exact = plus(sums.exact, own)
    return
  }
  if (!sums.single) {
    sums.exact = plus(
      { over: floorOf(sums.exact), under: 1n },
      { over: amount(line.amount), under: 1n },
    )
    return
  }
  const added = { over: own.over - own.under, under: own.under }
  const base = line.type === 'weight' ? sums.tokens : plus(sums.tokens, sums.fees)
  sums.exact = plus(sums.exact, times(base, added))
  sums.tokens = times(sums.tokens, own)
  if (line.type === 'promotion') sums.fees = times(sums.fees, own)
}

const floorOf = ({ over, under }: Fraction): bigint => {
  const whole = over / under
  return over % under !== 0n && over < 0n ? whole - 1n : whole
}

interface Fraction {
  readonly over: bigint
  readonly under: bigint
}

function promptsByModel(lines: readonly Line[]): Map<string, number> {
  const prompts = new Map<string, number>()
  for (const { type, kind = '', model = '', quantity = 0 } of lines)
    if (type === 'usage' && PROMPT.test(kind))
      prompts.set(model, (prompts.get(model) ?? 0) + quantity)
  return prompts
}

interface About {
  readonly served: Served
  readonly prompts: ReadonlyMap<string, number>
  readonly model: string
}

/** The exact amount of a line, in nanos; of a multiplier, the multiplier. */
function shareOf(book: Book, line: Line, about: About): Fraction {
  const quantity = BigInt(line.quantity ?? 0)
  if (line.type === 'usage') {
    const price = priceOf(book, line, about)
    sameAmount(`price of ${line.kind}`, line.per_mtok, price)
    return { over: quantity * price, under: MTOK }
  }
  if (line.type === 'fee') {
    const fees = (book.fees ?? []).filter(({ fee }) => fee === line.fee)
    const row =
      fees.find(({ model }) => model === about.model) ?? fees.find(({ model }) => model === '*')
    if (!row) throw new Lie(`fee ${line.fee}`, line.each, 'not in the price book')
    sameAmount(`price of ${line.fee}`, line.each, amount(row.each))
    return { over: quantity * amount(row.each), under: 1n }
  }
  const known = (line.type === 'weight' ? book.weights : book.promotions) ?? []
  const row = known.find(({ id }) => id === line.id)
  if (!row) throw new Lie(`multiplier ${line.id}`, line.multiplier, 'not in the price book')
  same(`multiplier ${line.id}`, fraction(line.multiplier ?? '').over, fraction(row.multiplier).over)
  return fraction(row.multiplier)
}

/** The row for what was served: its tier and speed, its region before any, the highest band reached. */
function priceOf(book: Book, line: Line, { served, prompts }: About): bigint {
  const model = line.model ?? ''
  const prompt = prompts.get(model) ?? 0
  for (const kind of [line.kind ?? '', STAND_IN[line.kind ?? ''] ?? '']) {
    const rows = book.rows.filter(
      (row) =>
        row.model === model &&
        row.kind === kind &&
        word(row.when?.tier) === word(served.tier) &&
        word(row.when?.speed) === word(served.speed) &&
        from(row.when) <= prompt,
    )
    const here = rows.filter(({ when }) => word(when?.region) === word(served.region))
    const local =
      word(served.region) === '' || here.length === 0
        ? rows.filter(({ when }) => word(when?.region) === '')
        : here
    const best = local.reduce<(typeof rows)[number] | null>(
      (top, row) => (top && from(top.when) >= from(row.when) ? top : row),
      null,
    )
    if (best) return amount(best.per_mtok)
  }
  throw new Lie(`price of ${line.kind}`, line.per_mtok, 'not in the price book')
}

const from = (when: When = {}): number =>
  when.prompt_tokens_above === undefined
    ? (when.prompt_tokens_from ?? 0)
    : when.prompt_tokens_above + 1
