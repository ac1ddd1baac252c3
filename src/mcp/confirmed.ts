import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Confirmation } from '../contract/mcp/answer.ts'
import type { Identity } from '../contract/operations.ts'
import { formatInstant, instant, MINUTE_MS } from '../core/time/index.ts'
import { addConfirmation, type ConfirmedOrder, useConfirmation } from '../store/control/index.ts'
import { type Call, Declined, type Found, orderText, problem, requestIdOf } from './call.ts'
import type { McpDeps } from './deps.ts'
import type { Order, Ordered } from './ordered.ts'
import { ORDERS } from './tools/orders.ts'

/** Long enough to read a sentence and to decide; a price or a limit rarely moves meanwhile. */
const CONFIRMATION_MS = 10 * MINUTE_MS
const TOKEN_BYTES = 32

type OrderName = keyof typeof ORDERS

export interface ToConfirm {
  readonly confirmation: Confirmation
  readonly as_of: string
  readonly seq: number
}

type Outcome<Name extends OrderName> =
  | { readonly type: 'found'; readonly found: Found<Name> }
  | { readonly type: 'to_confirm'; readonly asked: ToConfirm }

interface Asking {
  readonly by: Identity
  /** The token that was sent back; `undefined`: none, so nothing is done. */
  readonly token: string | undefined
  readonly deps: McpDeps
}

/** Nothing of a tool that changes something is done before its own sentence was sent back by who asked for it. */
export async function confirmed<Name extends OrderName>(
  call: Call<Name>,
  { by, token, deps }: Asking,
): Promise<Outcome<Name>> {
  const ordered = ORDERS[call.tool] as unknown as Ordered<Name>
  const order: ConfirmedOrder = {
    accountId: call.accountId,
    callerId: by.id,
    tool: call.tool,
    args: orderText(call.args),
  }
  if (token === undefined) {
    const asked = await askFor(await ordered.prepare(call), order, deps)
    return { type: 'to_confirm', asked }
  }
  const own = await useConfirmation(deps.pool, { ...order, token, at: instant(deps.nowMs()) })
  if (!own) throw new Declined(problem('confirmation_unknown', call.reader.lang))
  const { terms, facts } = own.facts as unknown as Kept
  // Sent again: it may have been done, and what it rests on be another thing since. The request id is the
  // same, so that the first answer comes again.
  if (!own.again && !ordered.keepsPreview) {
    const now = await ordered.prepare(call)
    if (!isDeepStrictEqual({ ...now.terms }, terms))
      throw new Declined(problem('confirmation_outdated', call.reader.lang))
  }
  const found = await ordered.perform(call, { requestId: requestIdOf(token), facts })
  return { type: 'found', found }
}

/** What is kept of an order beside its sentence. */
interface Kept {
  readonly terms: Readonly<Record<string, string>>
  readonly facts: Readonly<Record<string, string>>
}

async function askFor(own: Order, order: ConfirmedOrder, deps: McpDeps): Promise<ToConfirm> {
  const token = `confirm_${randomBytes(TOKEN_BYTES).toString('hex')}`
  const at = instant(deps.nowMs())
  const expiresAt = instant(at + CONFIRMATION_MS)
  await addConfirmation(deps.pool, {
    ...order,
    ...{ token, at, expiresAt },
    sentence: own.sentence,
    facts: { terms: own.terms, facts: own.facts ?? {} },
    seq: own.seq,
  })
  const { sentence, amount, currency, as_of, seq } = own
  const expires_at = formatInstant(expiresAt)
  return { confirmation: { token, sentence, amount, currency, expires_at }, as_of, seq }
}
