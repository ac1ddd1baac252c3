import type { Remedy } from '../../core/audit/index.ts'
import {
  after,
  type CaseEvent,
  isEnded,
  isOpen,
  type NewEvent,
  offerOf,
  type PurchaseLine,
  provisionalCredit,
  type RefundPlan,
  type SupportPolicy,
} from '../../core/cases/index.ts'
import type { ActorFacts } from '../../core/ledger/index.ts'
import { formatNanos, parseNanos, readNanos, sum, ZERO } from '../../core/money/index.ts'
import { instant } from '../../core/time/index.ts'
import type { ProvisionalBegun } from '../../store/cases/read.ts'
import { beginProvisional, forgetProvisional } from '../../store/cases/steps.ts'
import { supportPolicyInForce } from '../../store/cases/terms.ts'
import { derivedId } from '../../store/control/index.ts'
import type { CaseParts, PurchaseRefund } from './parts.ts'
import { postLines, refunderOf } from './post.ts'
import { endProvisional, giveProvisional } from './provisional.ts'
import {
  atStakeOf,
  contestedCalls,
  isUnresolved,
  moneyAtStake,
  recheck,
  scopeOf,
} from './recheck.ts'
import { loadCase, type OwnCase, takeSteps } from './take-steps.ts'
import { tellCase } from './tell.ts'

const BY: ActorFacts = { type: 'system', id: 'cases' }
const STEPS_MAX = 10

/**
 * Takes a case as far as it goes without a person: checks what is received, gives and ends credit for the time
 * between, posts what is decided, tells the account. Anybody may do it, any number of times, at once: each step
 * is taken once, and money moves under ids that do not change.
 */
export async function advanceCase(parts: CaseParts, caseId: string): Promise<OwnCase | null> {
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const own = await loadCase(parts.pool, caseId)
    if (!own) return null
    const events = await nextSteps(parts, own)
    if (events.length === 0) {
      await tellCase(parts, own)
      return own
    }
    const from = own.record.steps
    await takeSteps(parts.pool, caseId, {
      actor: BY,
      at: instant(parts.nowMs()),
      // of a case that moved meanwhile, the next look decides
      steps: (now) => (now.record.steps === from ? events : []),
    })
  }
  throw new Error(`the case ${caseId} does not come to rest`)
}

async function nextSteps(parts: CaseParts, own: OwnCase): Promise<readonly NewEvent[]> {
  const { state, decision, provisional } = own.view
  if (state === 'received' && own.record.origin === 'dispute') return checked(parts, own)
  const finished = await finishGiving(parts, own)
  if (finished.length > 0) return finished
  const isGiven = provisional !== null && provisional.used === null
  if (isGiven && !isOpen(state)) {
    const facts = await endProvisional(parts, own)
    return facts ? [{ kind: 'provisional_ended', facts }] : []
  }
  if (state === 'decided')
    return decision?.verdict === 'refund'
      ? posted(parts, own)
      : [{ kind: 'closed', facts: { words: 'rejected' } }]
  if (state === 'posted' || state === 'sent') return onItsWay(parts, own)
  return isEnded(state) ? [] : provisionally(parts, own)
}

/** Of credit for the time of the check that was begun: whatever has become of the case, it is given first. */
async function finishGiving(parts: CaseParts, own: OwnCase): Promise<readonly NewEvent[]> {
  const begun = own.record.provisional
  if (begun === null || own.view.provisional !== null) return []
  return give(parts, own, begun)
}

async function give(
  parts: CaseParts,
  own: OwnCase,
  begun: ProvisionalBegun,
): Promise<readonly NewEvent[]> {
  const facts = await giveProvisional(parts, own, begun)
  if (facts === 'too_late') await forgetProvisional(parts.pool, own.record.caseId)
  return facts === null || facts === 'too_late' ? [] : [{ kind: 'provisional_given', facts }]
}

async function checked(parts: CaseParts, own: OwnCase): Promise<readonly NewEvent[]> {
  const { pool } = parts
  const accountId = own.record.accountId ?? ''
  const scope = scopeOf(own.record)
  const at = instant(parts.nowMs())
  const findings = await recheck(pool, accountId, { scope, at })
  const open = findings.filter(isUnresolved)
  const callIds = [...new Set(open.flatMap(({ finding }) => callToRefund(finding.remedy)))]
  const isCertain = open.every(({ finding }) => finding.confidence === 'certain')
  const found = isCertain ? offerOf(await contestedCalls(pool, accountId, callIds)) : null
  const policy = await supportPolicyInForce(pool)
  const returned = findings.filter(({ status }) => status === 'remedied')
  const facts = {
    findings: findings.map(({ finding }) => finding.key),
    offer: withinOffer(policy, found, own.record.currency),
    returned: formatNanos(sum(returned.map(({ finding }) => finding.difference))),
  }
  const check: NewEvent = { kind: 'checked', facts }
  if ('payment_id' in scope) return [check]
  const { money, included } = await atStakeOf(pool, accountId, scope)
  return money === ZERO && included === ZERO ? [check, nothingCharged()] : [check]
}

const callToRefund = (remedy: Remedy): string[] => (remedy.type === 'refund' ? [remedy.callId] : [])

/** Nothing is charged, or not any more, so that there is nothing to give back: no person has to find that out. */
const nothingCharged = (): NewEvent => ({
  kind: 'decided',
  facts: {
    verdict: 'rejected',
    reason: 'nothing_charged',
    plan: null,
    findings: [],
    words: null,
    automatic: true,
    requested_by: null,
  },
})

/** What the account may take without a person; above that one has to look. */
function withinOffer(
  policy: SupportPolicy | null,
  offer: RefundPlan | null,
  currency: string | null,
): RefundPlan | null {
  const limit = parseNanos(policy?.offer_up_to[currency ?? ''] ?? '0') ?? ZERO
  return offer && readNanos(offer.total) <= limit ? offer : null
}

/** Who decided this round: the refund is in the journal under their name. */
function deciderOf(own: OwnCase): ActorFacts {
  const decided = own.events.findLast(
    (event): event is CaseEvent<'decided'> => event.kind === 'decided',
  )
  return decided?.actor ?? BY
}

async function posted(parts: CaseParts, own: OwnCase): Promise<readonly NewEvent[]> {
  const purchase = own.view.decision?.plan?.purchase
  if (purchase) return postPurchase(parts, own, purchase)
  const facts = await postLines(parts, own, deciderOf(own))
  // credit and windows have it at once: there is nothing to send, and nothing to wait for
  const done = { reference: null }
  return [
    { kind: 'posted', facts },
    { kind: 'sent', facts: done },
    { kind: 'settled', facts: done },
  ]
}

async function purchaseRefund(
  parts: CaseParts,
  own: OwnCase,
  purchase: PurchaseLine,
): Promise<(PurchaseRefund & { readonly refundId: string }) | { readonly code: string }> {
  if (!parts.purchases) throw new Error('no payment processor is configured')
  const { caseId, accountId } = own.record
  const refundId = derivedId('rfnd', caseId, String(own.view.round))
  const answer = await parts.purchases.refund({
    accountId: accountId ?? '',
    paymentId: purchase.payment_id,
    refundId,
    reason: `case ${caseId}`,
    actor: refunderOf(own, deciderOf(own)),
  })
  return 'code' in answer ? answer : { ...answer, refundId }
}

const failed = (code: string): NewEvent => ({
  kind: 'reopened',
  facts: { words: `the refund was not made: ${code}` },
})

async function postPurchase(
  parts: CaseParts,
  own: OwnCase,
  purchase: PurchaseLine,
): Promise<readonly NewEvent[]> {
  const answer = await purchaseRefund(parts, own, purchase)
  if ('code' in answer) return [failed(answer.code)]
  if (answer.phase === 'failed') return [failed(answer.failure ?? 'failed')]
  if (answer.phase === 'started') return []
  const facts = {
    total: formatNanos(answer.total),
    entries: [],
    skipped: [],
    provisional_used: '0',
    refund_id: answer.refundId,
  }
  return [{ kind: 'posted', facts }]
}

/** To the card: sent when the processor has it, and settled with that: it tells nothing later. */
async function onItsWay(parts: CaseParts, own: OwnCase): Promise<readonly NewEvent[]> {
  const purchase = own.view.decision?.plan?.purchase
  if (!purchase) return []
  const answer = await purchaseRefund(parts, own, purchase)
  if ('code' in answer) return [failed(answer.code)]
  if (answer.phase === 'failed') return [failed(answer.failure ?? 'failed')]
  if (answer.phase !== 'paid') return []
  const facts = { reference: answer.reference }
  return own.view.state === 'posted'
    ? [
        { kind: 'sent', facts },
        { kind: 'settled', facts },
      ]
    : [{ kind: 'settled', facts }]
}

/** Credit for the time of a check that takes long, where the policy gives any: of what is at stake still. */
async function provisionally(parts: CaseParts, own: OwnCase): Promise<readonly NewEvent[]> {
  const { record, view } = own
  if (record.origin !== 'dispute' || view.round > 1) return []
  if (record.provisional !== null || view.provisional !== null) return []
  const { money } = (record.facts.at_stake ?? {}) as { money?: string }
  const atStake = record.amount && { ...record.amount, nanos: parseNanos(money ?? '0') ?? ZERO }
  const policy = await supportPolicyInForce(parts.pool)
  const credit = provisionalCredit(policy, atStake, record.openedAt)
  const now = instant(parts.nowMs())
  if (!credit || now < credit.from) return []
  const { caseId, accountId, steps } = record
  if (accountId === null) return []
  const begun = await beginProvisional(parts.pool, {
    caseId,
    accountId,
    after: steps,
    money: await moneyAtStake(parts.pool, accountId, scopeOf(record)),
    atMost: credit.amount,
    expiresAt: after(now, credit.lives),
  })
  return begun ? give(parts, own, begun) : []
}
