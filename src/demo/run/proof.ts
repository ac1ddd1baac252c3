import { type Client, EverycentProblem } from '../../client/index.ts'
import { castFor } from './cast.ts'
import { labelled } from './labelled.ts'
import type { DemoOptions, DemoUi, Verdict } from './options.ts'
import { until } from './settle-down.ts'
import { count, plural } from './words.ts'

/** What became of a statement that somebody checked without the server. */
export interface ProvenStatement {
  readonly account: string
  readonly file: string
  readonly verdict: Verdict
  /** The same file with one digit changed. */
  readonly changed: Verdict
}

const SEALED_MAX_MS = 60_000

/**
 * The statement of somebody whom the bug has harmed: exported with its proof once its last entry is sealed, and
 * computed once more from the file alone. Then the same with one digit of one charge changed.
 */
export async function proveStatement(
  options: DemoOptions,
  client: Client,
): Promise<ProvenStatement> {
  const { id, name } = castFor('covered')
  const { key } = await client.log.keys()
  const bytes = await exported(client, id)
  const proof = { bytes, key: key ?? '' }
  return {
    account: name,
    file: options.keepFile('statement.proof', bytes),
    verdict: options.verifyStatement(proof),
    changed: options.verifyStatement({ ...proof, bytes: withOneDigit(bytes) }),
  }
}

async function exported(client: Client, accountId: string): Promise<Uint8Array> {
  let bytes: Uint8Array | null = null
  await until(async () => {
    try {
      const answer = await client.statements.proof(accountId, 'open')
      bytes = new Uint8Array(await answer.arrayBuffer())
      return true
    } catch (error) {
      if (error instanceof EverycentProblem && error.code === 'head_not_sealed') return false
      throw error
    }
  }, SEALED_MAX_MS)
  if (bytes === null) throw new Error('The last entry of a statement was never sealed.')
  return bytes
}

const TOTAL = /(\\"totals\\":\{\\"total\\":\\"[0-9.]*)([0-9])/

/** A thief's work: the last digit of a total. */
function withOneDigit(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes)
  const changed = text.replace(TOTAL, (_, before: string, digit: string) => {
    const other = (Number(digit) + 1) % 10
    return `${before}${other}`
  })
  return new TextEncoder().encode(changed)
}

export function proofDifferences({ account, verdict, changed }: ProvenStatement): string[] {
  return [
    ...(verdict.ok ? [] : [`The statement of ${account} is not true: ${verdict.lie}.`]),
    ...(changed.ok ? [`A changed statement of ${account} passes for true.`] : []),
  ]
}

export function proofLines(
  ui: DemoUi,
  { account, file, verdict, changed }: ProvenStatement,
): string[] {
  if (!verdict.ok || changed.ok) return []
  const text =
    `${account}'s statement, computed once more from a file alone, without server or database: ` +
    `${count(verdict.entries)} entries, ${plural(verdict.lines, 'receipt line')}, sums, sources and the log of ` +
    `${count(verdict.leaves)} sealed heads are true. With one digit changed it says “${changed.lie}”. ` +
    `Try it: npx everycent verify-statement ${file}`
  return labelled(ui, { label: 'proven', text, tone: 'ok' })
}
