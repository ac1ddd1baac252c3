import type { EntryBody, LotFacts } from '../../core/ledger/entry.ts'
import { explainFeeFormulas } from '../explain/fee-formula.ts'
import type { Reader } from '../explain/place.ts'
import { explainTransition } from '../explain/subscription.ts'
import { happeningOf } from './happening.ts'
import { itemOf } from './render.ts'

/**
 * What one journal entry did, a sentence a fact: as the timeline tells it, and of a fee also what each of
 * its lines is made of. `lots` are the facts of those that the entry names by id.
 */
export function explainEntry(
  body: EntryBody,
  lots: ReadonlyMap<string, Pick<LotFacts, 'name' | 'category'>>,
  reader: Reader,
): string[] {
  const { transition, fee, currency, at: now } = body
  const reading = { ...reader, currency, now }
  if (transition && fee && !body.refused)
    return [...explainTransition({ transition, fee }, reading), ...explainFeeFormulas(fee, reading)]
  const { timeZone, lang } = reader
  return [itemOf([happeningOf(body, lots)], { currency, timeZone }).sentence[lang]]
}
