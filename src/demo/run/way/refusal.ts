import type { EntryAnswer } from '../../../client/index.ts'
import { explainBlock, inUtc } from '../../../contract/explain/index.ts'
import { blockCard } from '../../../contract/receipt/index.ts'

type Facts = Parameters<typeof blockCard>

/** What the caller of a refused call was told, from the journal alone; `null`: it was not refused. */
export function refusalSentence(entry: EntryAnswer): string | null {
  if (entry.refused === undefined || entry.call === undefined) return null
  const card = blockCard(entry.refused as Facts[0], entry as unknown as Facts[1])
  return explainBlock(card, inUtc('en')).join(' ')
}
