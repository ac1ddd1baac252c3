import type { Plan } from '../funding/types.ts'
import type { EntryBody, UsageFacts } from '../ledger/entry.ts'
import { add, type Nanos } from '../money/index.ts'
import type { Dialect } from '../usage/usage.ts'
import { amountOf, instantOf } from './account.ts'
import type { Subject } from './expected.ts'
import type { CallEnding } from './external.ts'
import { objectOf, type Quantities, readUsage } from './reading.ts'

/** Which outcome each ending is by the default policy; a plan may have rows of its own. */
const ENDINGS: Readonly<Record<string, CallEnding>> = {
  succeeded: 'succeeded',
  refused_after_output: 'succeeded',
  error_before_output: 'failed',
  refused_before_output: 'refused',
  upstream_failed_mid_stream: 'cut_by_upstream',
  client_aborted: 'cut_by_client',
  client_aborted_before_output: 'failed',
  usage_zero_with_output: 'failed',
  gateway_crashed: 'failed',
  served_from_cache: 'failed',
}

const ERROR_FROM = 400

/** How a call ended by its evidence, whatever the outcome says that was decided from it. */
function seenEnding(body: EntryBody): { readonly ending: CallEnding; readonly code: string } {
  const code = body.outcome?.code ?? 'succeeded'
  const evidence = objectOf(body.evidence)
  const status = evidence.upstream_status ?? evidence.status
  if (typeof status === 'number' && status >= ERROR_FROM)
    return { ending: 'failed', code: 'error_before_output' }
  if (evidence.in_band_error !== undefined && evidence.client_left_at === undefined)
    return { ending: 'cut_by_upstream', code: 'upstream_failed_mid_stream' }
  return { ending: ENDINGS[code] ?? 'unknown', code }
}

/** The ending as it is to be billed: a plan may have the customer pay for what the default does not. */
export function billedEnding(body: EntryBody, plan: Plan | undefined): CallEnding {
  const { ending, code } = seenEnding(body)
  const own = plan?.outcomes?.[code]
  if (own === 'delivered') return ending === 'cut_by_client' ? ending : 'succeeded'
  return own === 'nothing' ? 'failed' : ending
}

/** The call of an entry that charged it, as the audit looks at it. `null`: there is none in it. */
export function subjectOfEntry(body: EntryBody, plan: Plan | undefined): Subject | null {
  const { call } = body
  if (!call) return null
  const evidence = objectOf(body.evidence)
  const ending = billedEnding(body, plan)
  const delivered = evidence.delivered_output_tokens_estimate
  const guessed = (body.usage?.estimated.length ?? 0) > 0 || ending === 'cut_by_client'
  return {
    callId: call.call_id,
    at: instantOf(body.event_at),
    dialect: call.dialect as Dialect | null,
    ending,
    model: body.served?.model ?? call.model,
    tier: body.served?.tier ?? null,
    requestedTier: call.tier,
    speed: body.served?.speed ?? null,
    region: body.served?.region ?? null,
    features: call.features,
    plan: (body.plan ?? '').split('@')[0] || null,
    reading: guessed ? chargedReading(body.usage) : reportedReading(body),
    parts: (body.usage?.parts ?? []).map(({ model, tokens, fees }) => ({
      model: model ?? body.served?.model ?? call.model,
      quantities: tokens as Quantities,
      fees,
    })),
    reported: evidence.provider_usage,
    frames: Array.isArray(evidence.usage_frames) ? evidence.usage_frames : [],
    deliveredTokens:
      ending === 'cut_by_client' && Number.isSafeInteger(delivered) ? (delivered as number) : null,
    declaredFees: {},
  }
}

/** From the provider's own words where they were kept; what only its answer's items say, from the entry. */
function reportedReading(body: EntryBody): Subject['reading'] {
  const charged = chargedReading(body.usage)
  const dialect = body.call?.dialect as Dialect | null | undefined
  const reported = objectOf(body.evidence).provider_usage
  if (!dialect || reported === undefined || (body.usage?.parts?.length ?? 0) > 0) return charged
  const reading = readUsage(dialect, reported)
  if (reading === null || charged === null) return charged
  const fees = dialect === 'anthropic' ? reading.fees : charged.fees
  // what the report does not say and the entry does was counted by us
  return { ...reading, fees }
}

const chargedReading = (usage: UsageFacts | null | undefined): Subject['reading'] =>
  usage
    ? {
        quantities: usage.tokens as Quantities,
        fees: usage.fees,
        contradictory: usage.flags.includes('identity_broken'),
      }
    : null

/** What the customer carried of an entry: money and included value. */
export const carriedBy = ({ totals }: EntryBody): Nanos =>
  totals ? add(amountOf(totals.money), amountOf(totals.included)) : amountOf('0')
