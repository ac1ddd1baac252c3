import type { Nanos } from '../money/index.ts'
import {
  bookInForce,
  feeEach,
  findRow,
  type PriceBook,
  type Place as PricePlace,
  regionOf,
  resolveModel,
  speedOf,
  tierOf,
} from '../pricing/index.ts'
import { DAY_MS, type Instant } from '../time/index.ts'
import { PROMPT_KINDS, TOKEN_KINDS, type TokenKind } from '../usage/usage.ts'
import { dayOf, type Grain, placeAt, positionKey } from './fold.ts'
import type { BillKind, OpenCause, OwnCall, Position } from './types.ts'

/** Prices are of a million units, fees too, so that one arithmetic serves both. */
export const PER_MILLION = 1_000_000n

/** What our journal says of one position. */
export interface OwnPosition {
  readonly position: Position
  quantity: bigint
  /** Nanos × 10⁶. */
  exact: bigint
  /** Of the quantity, what is so near to midnight that it may be billed the day before, or after. */
  head: bigint
  tail: bigint
  /** What may be billed beside the quantity, by why. */
  readonly open: Map<OpenCause, bigint>
  /** Units without a price. */
  unpriced: bigint
}

/** Kinds as bills have them: no bill tells reasoning apart from output. */
const BILLED_AS: Readonly<Partial<Record<TokenKind, TokenKind>>> = { reasoning: 'output' }

/** Our side of a bill: every call that a provider served, at the provider's own prices. */
export class OwnSide {
  readonly #books: readonly PriceBook[]
  readonly #lateMs: number
  readonly #positions = new Map<string, OwnPosition>()

  constructor(books: readonly PriceBook[], lateMs: number) {
    this.#books = books
    this.#lateMs = lateMs
  }

  /** Counts a call in the finest grain; `at(grain)` folds it. */
  add(call: OwnCall): void {
    const book = bookInForce(this.#books, call.at)
    const resolved = book && resolveModel(book, call.model)
    const model = resolved?.model ?? call.model
    this.#addTokens(call, model, resolved)
    for (const [fee, count] of Object.entries(call.fees)) {
      const nowhere = { tier: null, speed: null, region: null }
      const own = this.#position({ day: dayOf(call.at), model: '', kind: `fee:${fee}`, ...nowhere })
      const each = book ? feeEach(book, model, fee) : undefined
      this.#count(own, { at: call.at, count, price: each && ((each * PER_MILLION) as Nanos) })
    }
  }

  #addTokens(call: OwnCall, model: string, resolved: ReturnType<typeof resolveModel>): void {
    const place = {
      tier: tierOf(call.tier),
      speed: speedOf(call.speed),
      region: regionOf(call.region),
    }
    const prompt = PROMPT_KINDS.reduce((sum, kind) => sum + (call.tokens[kind] ?? 0), 0)
    for (const kind of TOKEN_KINDS) {
      const count = call.tokens[kind] ?? 0
      const most = call.open?.most[kind] ?? 0
      if (count === 0 && most === 0) continue
      const billedAs = BILLED_AS[kind] ?? kind
      const own = this.#position({ day: dayOf(call.at), model, kind: billedAs, ...place })
      const row = resolved ? findRow(resolved.prices, kind, place, prompt) : undefined
      this.#count(own, { at: call.at, count, price: row?.row.perMtok })
      if (call.open && most > 0) note(own, call.open.cause, BigInt(most))
    }
  }

  #position(position: Position): OwnPosition {
    const key = positionKey(position)
    const known = this.#positions.get(key)
    if (known) return known
    const own = emptyPosition(position)
    this.#positions.set(key, own)
    return own
  }

  #count(
    own: OwnPosition,
    { at, count, price }: { at: Instant; count: number; price: Nanos | undefined },
  ): void {
    const quantity = BigInt(count)
    own.quantity += quantity
    if (price === undefined) own.unpriced += quantity
    else own.exact += quantity * price
    const since = at - dayOf(at)
    if (since < this.#lateMs) own.head += quantity
    if (DAY_MS - since <= this.#lateMs) own.tail += quantity
  }

  /** Folded to what the bill tells apart, by position key. */
  at(grain: Grain): Map<string, OwnPosition> {
    const folded = new Map<string, OwnPosition>()
    for (const own of this.#positions.values()) {
      const { day, model, kind } = own.position
      const position = { day, model, kind, ...placeAt(grain, own.position) }
      const key = positionKey(position)
      const sum = folded.get(key) ?? emptyPosition(position)
      folded.set(key, sum)
      addTo(sum, own)
    }
    return folded
  }
}

export const emptyPosition = (position: Position): OwnPosition => ({
  position,
  quantity: 0n,
  exact: 0n,
  head: 0n,
  tail: 0n,
  open: new Map(),
  unpriced: 0n,
})

function addTo(sum: OwnPosition, own: OwnPosition): void {
  sum.quantity += own.quantity
  sum.exact += own.exact
  sum.head += own.head
  sum.tail += own.tail
  sum.unpriced += own.unpriced
  for (const [cause, most] of own.open) note(sum, cause, most)
}

function note(own: OwnPosition, cause: OpenCause, most: bigint): void {
  own.open.set(cause, (own.open.get(cause) ?? 0n) + most)
}

/** What a million of a kind costs by a book, without a band; `null`: it has no price for it. */
export function listPrice(
  book: PriceBook | null,
  own: { readonly model: string; readonly kind: BillKind } & Partial<
    Record<keyof PricePlace, string | null>
  >,
): Nanos | null {
  if (book === null) return null
  if (own.kind.startsWith('fee:')) {
    const each = feeEach(book, own.model, own.kind.slice('fee:'.length))
    return each === undefined ? null : ((each * PER_MILLION) as Nanos)
  }
  const kind = TOKEN_KINDS.find((known) => known === own.kind)
  const resolved = resolveModel(book, own.model)
  if (kind === undefined || !resolved) return null
  const place = { tier: own.tier ?? '', speed: own.speed ?? '', region: own.region ?? '' }
  return findRow(resolved.prices, kind, place, 0)?.row.perMtok ?? null
}
