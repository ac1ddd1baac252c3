import {
  isConsistent,
  nodeHash,
  type OpenedNote,
  openNote,
  type PublicLogKey,
  readKeyText,
} from '../../checkpoints/index.ts'
import { type Client, EverycentProblem } from '../../client/index.ts'
import { CliError, EXIT, usageError } from '../exit.ts'

/** What a log did that it must never do. The first word is a code for `--json`. */
export type Contradiction =
  | 'denied'
  | 'forked'
  | 'shrunk'
  | 'not_signed'
  | 'key_not_announced'
  | 'unreadable'

const MEANING: Readonly<Record<Contradiction, string>> = {
  denied: 'The log says that it has never signed this checkpoint.',
  forked: 'The log does not go on from this checkpoint: there are two histories.',
  shrunk: 'The log is smaller than it was.',
  not_signed: 'The log’s checkpoint is not signed by its key.',
  key_not_announced: 'The log’s key is another, and the key before it has not announced it.',
  unreadable: 'The log’s checkpoint is none.',
}

/** The log contradicts what it has signed before: both notes are the proof. */
export class LogContradicts extends CliError {
  readonly kind: Contradiction
  /** As the log gave it; `null`: it gave none. */
  readonly note: string | null

  constructor(kind: Contradiction, note: string | null) {
    super(MEANING[kind], {
      why: 'A log that is kept honestly only grows.',
      next: 'Keep both notes: with the signatures they prove it to anybody. Show them to the operator, and to others.',
      exitCode: EXIT.difference,
      code: `log_${kind}`,
    })
    this.kind = kind
    this.note = note
  }
}

export interface Kept extends OpenedNote {
  readonly note: string
  /** The key that signed it first. */
  readonly key: PublicLogKey
}

/** A note that one of the keys has signed under its own name. `null`: it is none. */
export function readKept(note: string, keys: readonly PublicLogKey[]): Kept | null {
  const opened = openNote(note, keys)
  const [key] = opened?.signedBy ?? []
  return opened && key && opened.name === key.name ? { ...opened, note, key } : null
}

/** The texts of keys as a person or a server gives them. */
export function readKeys(texts: readonly string[]): PublicLogKey[] {
  return texts.map((text) => {
    const key = readKeyText(text.trim())
    if (key) return key
    throw usageError('This is no public key of a log.', {
      why: 'It is written as name+id+base64, and its id has to fit.',
      next: '"everycent log key" shows it.',
    })
  })
}

/**
 * Checks that the log goes on from a checkpoint to a later one that it gave, and by whom that is signed.
 * Returns the later one.
 * @throws LogContradicts
 */
export async function goesOn(client: Client, kept: Kept, note: string): Promise<Kept> {
  const later = await laterOf(client, kept, note)
  if (later.size < kept.size) throw new LogContradicts('shrunk', note)
  if (later.size === kept.size) {
    if (later.root !== kept.root) throw new LogContradicts('forked', note)
    return later
  }
  const { proof } = await consistency(client, kept, later)
  if (!isConsistent(kept, later, { proof, node: nodeHash }))
    throw new LogContradicts('forked', note)
  return later
}

async function consistency(client: Client, kept: Kept, later: Kept) {
  try {
    return await client.log.consistency({ from: Number(kept.size), to: Number(later.size) })
  } catch (error) {
    if (error instanceof EverycentProblem && error.code === 'log_size_unknown')
      throw new LogContradicts('denied', later.note)
    throw error
  }
}

/** Signed by the key that is known, or by one that it announced, or that such a one announced. */
async function laterOf(client: Client, kept: Kept, note: string): Promise<Kept> {
  const own = readKept(note, [kept.key])
  if (own) return own
  const keys = await announced(client, kept)
  const later = readKept(note, keys)
  if (later) return later
  const published = await client.log.keys()
  const stranger = readKept(note, readKeys(published.items.map(({ key }) => key)))
  throw new LogContradicts(stranger ? 'key_not_announced' : 'not_signed', note)
}

/** The keys after the known one, each proven by a checkpoint that it and the key before it have signed. */
async function announced(client: Client, kept: Kept): Promise<PublicLogKey[]> {
  const { items } = await client.log.keys()
  const trusted = [kept.key]
  for (const { key, from_size } of items) {
    const [candidate] = readKeys([key])
    const last = trusted.at(-1)!
    if (!candidate || candidate.id === last.id || BigInt(from_size) < kept.size) continue
    const [first] = (await client.log.checkpoints({ after: from_size - 1, limit: 1 })).items
    const opened = first && openNote(first.note, [last, candidate])
    if (opened?.signedBy.length === 2) trusted.push(candidate)
  }
  return trusted.slice(1)
}
