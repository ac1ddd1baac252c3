import {
  type AccountState,
  invoiceAmounts,
  invoicesOf,
  readInstant,
  type StatementDocument,
} from '../../core/ledger/index.ts'
import { invoiceDue, policyRef, taxOn } from '../../core/tax/index.ts'
import { readParty } from '../../store/billing/owed.ts'
import { derivedId } from '../../store/control/ids.ts'
import { policyInForce } from '../../store/control/terms.ts'
import type { ClosingParts } from './close.ts'

const ACTOR = { type: 'system', id: 'statements' } as const

/**
 * Makes what the last closed statement left to be paid an invoice; once a statement. None is made before the
 * operator has said who issues them: what is owed then goes on the first one.
 */
export async function issueFor(
  { pool, engine }: ClosingParts,
  state: AccountState,
  own: StatementDocument,
): Promise<void> {
  const { accountId, currency } = state
  const amounts = invoiceAmounts(own.not_invoiced, currency)
  if (!amounts || invoicesOf(state).statement >= own.number) return
  const issuer = await readParty(pool, 'issuer')
  if (!issuer?.name) return
  const profile = (await readParty(pool, `account:${accountId}`)) ?? {}
  const { jurisdiction = '*', ...party } = profile
  const closedAt = readInstant(own.closed!.at)
  const policy = await policyInForce(pool, jurisdiction, closedAt)
  if (!policy)
    throw new Error(
      `no policy row applies to ${jurisdiction}: publish one, and the invoice is made`,
    )
  await engine.execute({
    kind: 'issue_invoice',
    accountId,
    requestId: derivedId('inv', accountId, 'statement', `${own.number}`),
    actor: ACTOR,
    statement: own.number,
    overage: amounts.overage,
    fees: amounts.fees,
    credit: amounts.credit,
    tax: taxOn(amounts.net, policy.tax.rate, currency),
    terms: {
      taxName: policy.tax.name,
      taxRate: policy.tax.rate,
      policy: policyRef(policy),
      dueAt: invoiceDue(policy, closedAt),
      issuer: { ...issuer, name: issuer.name },
      billTo: { ...party, name: party.name ?? state.name },
    },
  })
}
