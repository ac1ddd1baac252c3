import { formatInstant, instant } from '../../core/time/index.ts'
import { addMethod, customerOf, dropMethod } from '../../payments/methods.ts'
import {
  chooseMethod,
  listMethods,
  type MethodChange,
  type MethodRow,
  methodHistory,
} from '../../store/control/payment-methods.ts'
import { signerOf } from '../caller.ts'
import { created, type Handlers, keyOf, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { foreign, now, paymentsOf } from './payments.ts'

type Methods =
  | 'listPaymentMethods'
  | 'listPaymentMethodHistory'
  | 'setUpPaymentMethod'
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
