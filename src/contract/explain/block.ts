import type { BlockCard } from '../receipt/block-schema.ts'
import { inLanguage, quoted } from './funding.ts'
import { refusalSentence } from './headline.ts'
import {
  capAmount,
  capName,
  money,
  type Place,
  placeOf,
  type Reader,
  reset,
  say,
  windowName,
} from './place.ts'
import type { Length } from './words.ts'

/**
 * What blocked, where it stands, until when, who can change it, what to do now; nothing charged.
 *
 * `short`: what blocked, its figures, and that nothing was charged, in one breath. `medium`: also until
 * when and who can change it. `long`, unless told: also everything that can be done about it.
 */
export function explainBlock(card: BlockCard, reader: Reader, length: Length = 'long'): string[] {
  const place = placeOf(reader, card)
  const { block, changeableBy, actions } = place.words
  const first = [stopped(place, card), ...numbers(place, card), block.nothingCharged]
  if (length === 'short') return [first.join(reader.lang === 'ja' ? '' : ' ')]
  const medium = [
    ...first,
    ...(card.field === null ? [] : [say(block.field, { field: card.field })]),
    ...waiting(place, card),
    ...(card.changeable_by === null ? [] : [changeableBy[card.changeable_by]]),
  ]
  if (length === 'medium') return medium
  return [
    ...medium,
    ...card.actions.map((action) => actions[action]),
    ...(card.receipt_id === null ? [] : [say(block.receipt, { receipt_id: card.receipt_id })]),
  ]
}

function stopped(place: Place, card: BlockCard): string {
  const { block } = place.words
  const { scope, period, limit } = card
  if (card.code === 'cap_reached' && scope !== null && period !== null && limit !== null) {
    return say(block.stoppedByCap, {
      cap: capName(place, { scope, scope_id: card.scope_name }),
      amount: capAmount(place, { period, amount: limit }),
    })
  }
  if (card.code === 'window_exhausted' && card.limit_id !== null) {
    const isUsedUp = card.left === null || card.left === '0'
    const words = isUsedUp ? block.stoppedByWindow : block.stoppedByRoom
    return say(words, { window: windowName(place, card.limit_id) })
  }
  if (card.code === 'blocked_by_plan' && card.reason !== null) {
    const reason = inLanguage(card.reason, card.reasons, place.lang)
    return say(place.words.coverage.blocked, { reason: quoted(reason) })
  }
  return refusalSentence(place, card.code)
}

function numbers(place: Place, card: BlockCard): string[] {
  const { block } = place.words
  const sentences: string[] = []
  if (card.limit !== null && card.spent !== null) {
    sentences.push(
      say(block.numbers, {
        spent: money(place, card.spent),
        limit: money(place, card.limit),
        held: money(place, card.held ?? '0'),
      }),
    )
  } else if (card.limit_type === 'funds' && card.limit !== null) {
    sentences.push(
      say(block.funds, {
        amount: money(place, card.limit),
        held: money(place, card.held ?? '0'),
      }),
    )
  }
  if (card.needed !== null) {
    sentences.push(say(block.needed, { needed: money(place, card.needed) }))
  }
  return sentences
}

function waiting(place: Place, card: BlockCard): string[] {
  const { block } = place.words
  const resets =
    card.resets_at === null ? [] : [say(block.resets, { when: reset(place, card.resets_at) })]
  if (card.retryable) return [...resets, ...(resets.length > 0 ? [block.waitingHelps] : [])]
  return [...resets, block.waitingDoesNotHelp]
}
