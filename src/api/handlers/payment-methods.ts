import { formatInstant, instant } from '../../core/time/index.ts'
import { addMethod, customerOf, dropMethod, finishHosted } from '../../payments/methods.ts'
import { SETUP_REF, type TestCard } from '../../payments/provider.ts'
import {
  chooseMethod,
  listMethods,
  type MethodChange,
  type MethodRow,
  methodHistory,
} from '../../store/control/payment-methods.ts'
import { signerOf } from '../caller.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, keyOf, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { foreign, now, paymentsOf } from './payments.ts'

type Methods =
  | 'listPaymentMethods'
  | 'listPaymentMethodHistory'
  | 'setUpPaymentMethod'
  | 'beginHostedSetup'
  | 'finishHostedSetup'
  | 'addPaymentMethod'
  | 'chooseDefaultPaymentMethod'
  | 'removePaymentMethod'

export const methodHandlers: Handlers<Methods> = {
  listPaymentMethods: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const methods = await listMethods(services.pool, params.account_id)
    return ok({ items: methods.map(methodJson), as_of: now(services) })
  },

  listPaymentMethodHistory: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const changes = await methodHistory(services.pool, params.account_id)
    return ok({ items: changes.map(changeJson), as_of: now(services) })
  },

  setUpPaymentMethod: async (inbound, services) => {
    const { account_id: accountId } = inbound.params
    await needAccount(services.pool, accountId)
    const payments = paymentsOf(services)
    const customerRef = await foreign(customerOf(payments, accountId))
    const key = `setup:${accountId}:${keyOf(inbound)}`
    const setup = await foreign(payments.provider.beginSetup({ customerRef, key }))
    return {
      ...ok({ setup_ref: setup.setupRef, client_secret: setup.clientSecret }),
      headers: { 'cache-control': 'no-store' },
    }
  },

  beginHostedSetup: async (inbound, services) => {
    const { account_id: accountId } = inbound.params
    await needAccount(services.pool, accountId)
    const payments = paymentsOf(services)
    const { testCards } = payments.provider
    // No page where no money moves: the cards are chosen here.
    if (testCards)
      return ok({ setup_ref: null, url: null, test_cards: testCards.map(testCardJson) })
    const screen = `${originOf(inbound, services)}/a/${encodeURIComponent(accountId)}/payment`
    const setup = await foreign(
      payments.provider.beginHostedSetup({
        customerRef: await foreign(customerOf(payments, accountId)),
        key: `hosted:${accountId}:${keyOf(inbound)}`,
        returnUrl: `${screen}?setup=${SETUP_REF}`,
        cancelUrl: screen,
      }),
    )
    return {
      ...ok({ setup_ref: setup.setupRef, url: setup.url, test_cards: [] }),
      headers: { 'cache-control': 'no-store' },
    }
  },

  finishHostedSetup: async (inbound, services) => {
    const { account_id: accountId, setup_ref: setupRef } = inbound.params
    await needAccount(services.pool, accountId)
    const actor = signerOf(inbound.caller, inbound.from)
    const saved = await foreign(finishHosted(paymentsOf(services), accountId, { setupRef, actor }))
    if (!saved) throw new ProblemError('payment_method_unknown')
    return ok(methodJson(saved))
  },

  addPaymentMethod: async (inbound, services) => {
    const { account_id: accountId } = inbound.params
    await needAccount(services.pool, accountId)
    const actor = signerOf(inbound.caller, inbound.from)
    const adding = addMethod(paymentsOf(services), accountId, inbound.body.method_ref, actor)
    return created(methodJson(await foreign(adding)))
  },

  chooseDefaultPaymentMethod: async (inbound, services) => {
    const { account_id: accountId, method_id: methodId } = inbound.params
    await needAccount(services.pool, accountId)
    const actor = signerOf(inbound.caller, inbound.from)
    const at = instant(services.nowMs())
    const chosen = await chooseMethod(services.pool, { accountId, methodId, at, actor })
    if (!chosen) throw new ProblemError('payment_method_unknown')
    return ok(methodJson(chosen))
  },

  removePaymentMethod: async (inbound, services) => {
    const { account_id: accountId, method_id: methodId } = inbound.params
    await needAccount(services.pool, accountId)
    const actor = signerOf(inbound.caller, inbound.from)
    const removing = dropMethod(paymentsOf(services), accountId, methodId, actor)
    const removed = await foreign(removing)
    if (!removed) throw new ProblemError('payment_method_unknown')
    return ok(methodJson(removed))
  },
}

/** Where this server's pages are: as set, else where the browser has it on the same machine. */
function originOf(
  { request }: Inbound<'beginHostedSetup'>,
  { publicUrl, payments }: Services,
): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '')
  if (['localhost', '127.0.0.1'].includes(request.hostname))
    return `${request.protocol}://${request.host}`
  return new URL(payments?.returnUrl ?? '').origin
}

const testCardJson = ({ methodRef, ...own }: TestCard) => ({ method_ref: methodRef, ...own })

const methodJson = (method: MethodRow) => ({
  method_id: method.methodId,
  brand: method.brand,
  last4: method.last4,
  exp_month: method.expMonth,
  exp_year: method.expYear,
  country: method.country,
  created_at: formatInstant(method.createdAt),
})

const changeJson = (own: MethodChange) => ({
  method_id: own.methodId,
  brand: own.brand,
  last4: own.last4,
  change: own.change,
  at: formatInstant(own.at),
  actor: own.actor,
})
