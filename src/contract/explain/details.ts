import { add, formatNanos, readNanos, ZERO } from '../../core/money/index.ts'
import type { Correction, Receipt, ReceiptLine } from '../receipt/schema.ts'
import { formatCount, formatSum } from './format.ts'
import { date, exact, lotName, money, type Place, say, windowNames, word } from './place.ts'
import { ruleSentence } from './rule-words.ts'
import type { Template } from './words.ts'

function movedName(place: Place, receipt: Receipt, moved: Correction['moved'][number]): string {
  const { sources } = place.words
  if (moved.class === 'overage') return sources.overage
  if (moved.class === 'included') return includedNames(place, receipt)
  return lotName(place, { name: moved.name ?? moved.source, category: moved.class })
}

const includedNames = (place: Place, receipt: Receipt): string =>
  windowNames(
    place,
    receipt.windows.map(({ id }) => id),
  )

/** Refunds, moves, reversals and late prices, each with its date and cause. */
export const correctionSentences = (place: Place, receipt: Receipt): string[] =>
  receipt.corrections.flatMap((correction) => correctionPart(place, receipt, correction))

function correctionPart(place: Place, receipt: Receipt, correction: Correction): string[] {
  const words = place.words.receipt
  const values = { date: date(place, correction.at), reason: correction.reason ?? correction.kind }
  switch (correction.kind) {
    case 'complete':
      return [say(words.complete, values)]
    case 'reverse':
      return [say(words.reverse, values)]
    case 'refund':
      return [
        ...movedSentences(place, receipt, correction, values, ({ class: from }) =>
          from === 'overage' ? words.refundOverage : words.refund,
        ),
        ...foundSentences(place, correction),
        ...restoredSentences(place, correction),
      ]
    case 'rerate':
      return [
        ...reratedSentences(place, correction, values),
        ...movedSentences(place, receipt, correction, values, ({ class: from }) =>
          from === 'overage' ? words.refundOverage : words.refund,
        ),
        ...restoredSentences(place, correction),
      ]
    case 'reattribute': {
      const cause = correction.cause_call_id
      const isOther = cause !== null && cause !== receipt.call_id
      const template = isOther ? words.reattribute : words.reattributeOwn
      const windows = includedNames(place, receipt)
      const moved = { ...values, windows, cause: cause ?? '' }
      return movedSentences(place, receipt, correction, moved, () => template)
    }
  }
}

/** What the call should have cost, and by which book. */
const reratedSentences = (
  place: Place,
  { rerating }: Correction,
  values: Readonly<Record<string, string>>,
): string[] =>
  rerating
    ? [
        say(place.words.receipt.rerate, {
          ...values,
          book: rerating.book,
          total: exact(place, rerating.total),
        }),
      ]
    : []

/** One sentence for each source that got something back. */
const movedSentences = (
  place: Place,
  receipt: Receipt,
  correction: Correction,
  values: Readonly<Record<string, string>>,
  templateOf: (moved: Correction['moved'][number]) => Template,
): string[] =>
  correction.moved
    .filter((moved) => readNanos(moved.amount) > ZERO)
    .map((moved) =>
      say(templateOf(moved), {
        ...values,
        amount: money(place, moved.amount),
        source: movedName(place, receipt, moved),
      }),
    )

/** What was wrong, of a charge that the audit has found. */
const foundSentences = (place: Place, { finding, reason }: Correction): string[] =>
  finding === null
    ? []
    : [say(place.words.receipt.found, { rule: ruleSentence(reason ?? '', place.lang) })]

const restoredSentences = (place: Place, correction: Correction): string[] =>
  correction.restored_lots.flatMap(({ name, expires_at }) =>
    expires_at === null
      ? []
      : [
          say(place.words.receipt.restoredLot, {
            source: lotName(place, { name, category: null }),
            date: date(place, expires_at),
          }),
        ],
  )

function lineSentence(place: Place, line: ReceiptLine): string {
  const { receipt: words, tokenKinds } = place.words
  const kind = line.kind ?? ''
  const values = {
    count: formatCount(line.quantity ?? 0, place.lang),
    kind: word(tokenKinds, kind) ?? kind,
    fee: line.fee ?? '',
    id: line.id ?? '',
    multiplier: line.multiplier ?? '1',
    price: exact(place, line.per_mtok ?? line.each ?? '0'),
    amount: exact(place, line.amount),
  }
  switch (line.type) {
    case 'usage':
      return say(words.usageLine, values)
    case 'fee':
      return say(words.feeLine, values)
    case 'weight':
      return say(words.weightLine, values)
    case 'promotion':
      return say(words.promotionLine, values)
  }
}

/** The lines with exact amounts, and the exact total that they add up to. */
export function lineSentences(place: Place, receipt: Receipt): string[] {
  const total = receipt.amounts.total.amount
  if (receipt.lines.length === 0 || total === null) return []
  return [
    ...receipt.lines.map((line) => lineSentence(place, line)),
    say(place.words.receipt.exactTotal, { exact: exact(place, total) }),
  ]
}

export function servedSentences(place: Place, receipt: Receipt): string[] {
  const { requested, served } = receipt.served.model
  const words = place.words.receipt
  const sentences: string[] = []
  if (served !== null && requested !== null && served !== requested) {
    sentences.push(say(words.servedOther, { requested, served }))
  } else if (served !== null) sentences.push(say(words.served, { model: served }))
  if (receipt.rating?.status === 'priced') sentences.push(...priceSentences(place, receipt.rating))
  if (receipt.plan !== null) sentences.push(say(words.plan, { plan: receipt.plan }))
  return sentences
}

function priceSentences(place: Place, rating: NonNullable<Receipt['rating']>): string[] {
  const words = place.words.receipt
  const values = {
    book: rating.book ?? '',
    model: rating.model ?? '',
    rule: rating.model_rule ?? '',
  }
  const isExact = rating.model_rule === null || rating.model_rule === 'exact'
  return [
    say(isExact ? words.priced : words.pricedByAlias, values),
    ...(rating.band === null ? [] : [say(words.band, { band: rating.band })]),
  ]
}

export function flagSentences(place: Place, receipt: Receipt): string[] {
  const { usageFlags, ratingFlags, unknownCode } = place.words
  const flags = [...(receipt.usage?.flags ?? []), ...(receipt.rating?.flags ?? [])]
  return flags.map(
    (flag) => word(usageFlags, flag) ?? word(ratingFlags, flag) ?? say(unknownCode, { code: flag }),
  )
}

export function holdSentences(place: Place, receipt: Receipt): string[] {
  const { hold } = receipt
  if (!hold) return []
  const words = place.words.receipt
  const held = formatNanos(add(readNanos(hold.money), readNanos(hold.included)))
  const [settled = '', released = ''] = formatSum(held, [hold.settled, hold.released], place).parts
  const sentences = [
    say(words.hold, {
      money: money(place, hold.money),
      included: money(place, hold.included),
      settled,
      released,
    }),
  ]
  if (hold.clamped) {
    const tokens = formatCount(hold.max_output_tokens, place.lang)
    sentences.push(say(words.holdClamped, { tokens }))
  }
  return sentences
}

export function evidenceSentences(place: Place, receipt: Receipt): string[] {
  const words = place.words.receipt
  const { verdict } = receipt
  return [
    ...(verdict.upstream_status === null
      ? []
      : [say(words.statusOfProvider, { status: verdict.upstream_status })]),
    ...(verdict.policy === null ? [] : [say(words.policy, { policy: verdict.policy })]),
    ...removedSentences(place, receipt),
    say(words.hash, { seq: receipt.seq, hash: receipt.hash }),
  ]
}

function removedSentences(place: Place, receipt: Receipt): string[] {
  const { evidence_removed_at: at, evidence_sha256: hash } = receipt
  if (at === null || hash === null) return []
  return [say(place.words.receipt.evidenceRemoved, { date: date(place, at), hash })]
}
