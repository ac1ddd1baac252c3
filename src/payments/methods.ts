import { createHash } from 'node:crypto'
import type { ActorFacts } from '../core/ledger/index.ts'
import { instant } from '../core/time/index.ts'
import { derivedId } from '../store/control/ids.ts'
import {
  enterCustomer,
  enterMethod,
  listMethods,
  type MethodRow,
  readCustomer,
  removeMethod,
  wasEntered,
} from '../store/control/payment-methods.ts'
import type { PaymentsDeps } from './deps.ts'
import { ProviderRefused } from './provider.ts'

/** The account's customer at the processor, made where there is none: the same key makes the same one. */
export async function customerOf(deps: PaymentsDeps, accountId: string): Promise<string> {
  const known = await readCustomer(deps.pool, accountId)
  if (known !== null) return known
  const key = `customer:${accountId}`
  const customerRef = await deps.provider.createCustomer({ accountId, key })
  await enterCustomer(deps.pool, { accountId, customerRef, at: instant(deps.nowMs()) })
  return (await readCustomer(deps.pool, accountId)) ?? customerRef
}

export async function addMethod(
  deps: PaymentsDeps,
  accountId: string,
  methodRef: string,
  actor: ActorFacts,
): Promise<MethodRow> {
  const at = instant(deps.nowMs())
  const saved = await deps.provider.saveMethod(await customerOf(deps, accountId), methodRef)
  const method = {
    methodId: derivedId('pm', accountId, saved.methodRef),
    accountId,
    methodRef: saved.methodRef,
    brand: saved.brand,
    last4: saved.last4,
    expMonth: saved.expMonth,
    expYear: saved.expYear,
    fingerprintHash:
      saved.fingerprint && createHash('sha256').update(saved.fingerprint).digest('hex'),
    country: saved.country,
  }
  await enterMethod(deps.pool, method, { at, actor })
  return { ...method, createdAt: at }
}

/**
 * Saves the card that a person has given on the processor's page. The page is the account's own or it is
 * refused; a repeat gives the same card, and one that was removed meanwhile stays so.
 * @throws ProviderRefused
 */
export async function finishHosted(
  deps: PaymentsDeps,
  accountId: string,
  { setupRef, actor }: { readonly setupRef: string; readonly actor: ActorFacts },
): Promise<MethodRow | null> {
  const { customerRef, methodRef } = await deps.provider.readHostedSetup(setupRef)
  if (methodRef === null || customerRef !== (await readCustomer(deps.pool, accountId)))
    throw new ProviderRefused('setup_not_finished', 'no card was given on this page')
  const methodId = derivedId('pm', accountId, methodRef)
  if (!(await wasEntered(deps.pool, accountId, methodId)))
    await addMethod(deps, accountId, methodRef, actor)
  const methods = await listMethods(deps.pool, accountId)
  return methods.find((own) => own.methodId === methodId) ?? null
}

/** Removes a card here first, so that nothing charges it any more, then at the processor. */
export async function dropMethod(
  deps: PaymentsDeps,
  accountId: string,
  methodId: string,
  actor: ActorFacts,
): Promise<MethodRow | null> {
  const at = instant(deps.nowMs())
  const removed = await removeMethod(deps.pool, { accountId, methodId, at, actor })
  if (removed) await deps.provider.removeMethod(removed.methodRef)
  return removed
}

/** The named method, or the default: the one that was chosen last, else the latest. */
export async function methodFor(
  deps: PaymentsDeps,
  accountId: string,
  methodId: string | undefined,
): Promise<MethodRow | null> {
  const methods = await listMethods(deps.pool, accountId)
  return methods.find((own) => methodId === undefined || own.methodId === methodId) ?? null
}
