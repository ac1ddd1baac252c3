import type { ProblemBody } from '../client/problem.ts'
import { campaignFailing } from '../contract/campaign-words.ts'
import { explainBlock } from '../contract/explain/index.ts'
import type { BlockCard } from '../contract/receipt/index.ts'
import type { Problem } from '../contract/schemas/problem.ts'
import { dateTimeZone } from './render/format.ts'

/**
 * Why a server did not do it, a line each: what its members say is told in words, since nobody sees them here.
 * Members that another version of the server writes otherwise are passed over.
 */
export function problemLines(body: ProblemBody, timeZone: string): string[] {
  const blocked = told(() => blockSentences(body.block, timeZone))
  const { detail = '' } = body
  return [
    // of a block the detail says the same once more, in UTC
    ...(blocked.length === 0 ? [detail] : blocked),
    ...told(() => fieldLine(body.field, [detail, ...blocked])),
    ...told(() => changeLine(body.changed as Problem['changed'], timeZone)),
    ...told(() => (body.campaign ? campaignFailing((body as Problem).campaign!.rules, 'en') : [])),
    ...fieldErrors(body.errors),
  ].filter((line) => line !== '')
}

function told(lines: () => readonly string[]): readonly string[] {
  try {
    return lines()
  } catch {
    // A member of another version: the problem's own words have to do.
    return []
  }
}

/** What blocked, where it stands, until when, who can change it, and that nothing was charged. */
const blockSentences = (block: unknown, timeZone: string): string[] =>
  typeof block === 'object' && block !== null
    ? explainBlock(block as BlockCard, { lang: 'en', timeZone })
    : []

const fieldLine = (field: unknown, said: readonly string[]): string[] =>
  typeof field === 'string' && !said.some((line) => line.includes(field))
    ? [`The field is "${field}".`]
    : []

const changeLine = (changed: Problem['changed'], timeZone: string): string[] => {
  if (!changed) return []
  const { actor, at, seq } = changed
  const when = dateTimeZone(Date.parse(at), { now: () => Date.parse(at), timeZone })
  return [`Changed by ${actor.type} ${actor.id}, ${when} (entry ${seq}).`]
}

/** Where a request was not valid, one line each. */
function fieldErrors(errors: unknown): string[] {
  if (!Array.isArray(errors)) return []
  return errors.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return []
    const { location, path, message, fix } = entry as Record<string, unknown>
    const parts = [location ?? path, message, fix].filter((part) => typeof part === 'string')
    return parts.length === 0 ? [] : [`- ${parts.join(': ')}`]
  })
}
