import type { NotTrue, Verified } from '../../verifier/index.ts'
import { sanitize } from '../render/text.ts'

const HEX_SHOWN = 16

/** What was found to be true, and what the reader has to look at by himself. */
export function verifiedLines(own: Verified): string[] {
  const { status, entries, tail, lines, log } = own
  return [
    `Statement ${sanitize(own.statement)} of ${sanitize(own.account_id)} is true.`,
    `Entries: ${entries}, and ${tail} more up to the sealed one. Receipt lines computed: ${lines}.`,
    `Log: ${sanitize(log.name)}, ${log.size} leaves${own.earlier_checkpoint ? ', which go on from the checkpoint that you kept' : ''}.`,
    ...own.books.map(
      ({ id, sha256 }) =>
        `Price book ${sanitize(id)} (${sha256.slice(0, HEX_SHOWN)}…): as it is in the file.`,
    ),
    ...(own.key_from === 'file'
      ? [
          `Signed by the key in the file: compare it with the published one, or give it with --key: ${sanitize(own.key)}`,
        ]
      : ['Signed by the key that you gave.']),
    OPENING[own.opening_from],
    ...(status === 'open' ? ['The cycle is still open: this is how it stood.'] : []),
  ]
}

const OPENING: Readonly<Record<Verified['opening_from'], string>> = {
  previous: 'Opening: as the statement before it ended, which is true as well.',
  nothing: 'Opening: nothing, since it is the first statement.',
  file: 'Opening: as the file says. Give the file of the statement before it with --previous.',
}

const VALUE_SHOWN = 400

/** The first thing that is not true. */
export function lieLines({ file, seq, field, stated, computed }: NotTrue): string[] {
  const where = [
    ...(file === 'previous' ? ['in the file of the statement before'] : []),
    ...(seq === null ? [] : [`entry ${seq}`]),
    sanitize(field),
  ]
  const shown = (value: unknown): string => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value, plain) ?? 'nothing')
    return sanitize(text.length > VALUE_SHOWN ? `${text.slice(0, VALUE_SHOWN)}…` : text)
  }
  return [
    `Not true: ${where.join(', ')}`,
    `  stated    ${shown(stated)}`,
    `  computed  ${shown(computed)}`,
  ]
}

/** Amounts of the verifier are whole numbers that JSON has no form for. */
export const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value
