import {
  boughtText,
  claimedText,
  claimSentence,
  raiseAskedText,
  raiseSentence,
  withdrawnText,
  withdrawSentence,
} from '../../contract/mcp/money-text.ts'
import type { moneyTools } from '../../contract/mcp/money-tools.ts'
import { type Call, Declined, forReader, problem } from '../call.ts'
import type { Ordered } from '../ordered.ts'

type MoneyName = keyof typeof moneyTools

const of = ({ accountId }: { readonly accountId: string }) => ({ account_id: accountId })

const readAccount = (call: Pick<Call<MoneyName>, 'accountId' | 'run'>) =>
  call.run('getAccount', { params: of(call) })

export const MONEY_ORDERS: { readonly [Name in MoneyName]: Ordered<Name> } = {
  request_cap_raise: {
    prepare: async (call) => {
      const { cap_id, amount, until, reason } = call.args
      const state = await call.run('getState', { params: of(call) })
      const cap = state.caps.find(({ id }) => id === cap_id)
      if (!cap) throw new Declined(problem('cap_unknown', call.reader.lang))
      return {
        sentence: raiseSentence(state, { cap, amount, until: until ?? null, reason }, call.reader),
        amount: null,
        currency: state.currency,
        terms: { cap: cap.id, limit: cap.amount },
        as_of: state.as_of,
        seq: state.seq,
      }
    },
    perform: async (call, { requestId }) => {
      const { cap_id, amount, until, reason, for: whose } = call.args
      const result = await call.run('requestRaise', {
        params: of(call),
        body: { cap_id, amount, until, reason, ...(whose !== undefined && { for: whose }) },
        idempotencyKey: requestId,
      })
      const { as_of, seq } = result
      return { result, sentences: raiseAskedText(result, call.reader), as_of, seq }
    },
  },

  claim_credit: {
    prepare: async (call) => {
      const { campaign_id } = call.args
      const page = await call.run('listAccountCampaigns', {
        params: of(call),
        query: forReader(call),
      })
      const offer = page.items.find((own) => own.campaign_id === campaign_id)
      if (!offer) throw new Declined(problem('campaign_unknown', call.reader.lang))
      if (!offer.evaluation.eligible)
        throw new Declined({
          ...problem('not_eligible', call.reader.lang),
          campaign: offer.evaluation,
        })
      return {
        sentence: claimSentence(offer, page.as_of, call.reader),
        amount: null,
        currency: offer.currency,
        terms: { amount: offer.evaluation.amount ?? '0', name: offer.name },
        as_of: page.as_of,
        seq: page.seq,
      }
    },
    perform: async (call) => {
      const params = { ...of(call), campaign_id: call.args.campaign_id }
      const result = await call.run('claimCampaign', { params, body: {} })
      const { currency, as_of, seq } = await readAccount(call)
      return { result, sentences: claimedText(result, currency, call.reader), as_of, seq }
    },
  },

  buy_credit: {
    keepsPreview: true,
    prepare: async (call) => {
      const { amount, bundle_id, method_id } = call.args
      const wish = {
        ...(amount !== undefined && { amount }),
        ...(bundle_id !== undefined && { bundle_id }),
        ...(method_id !== undefined && { method_id }),
      }
      const preview = await call.run('previewPurchase', { params: of(call), body: wish })
      const { as_of, seq } = await readAccount(call)
      return {
        sentence: preview.sentence[call.reader.lang],
        amount: preview.total,
        currency: preview.currency,
        terms: {},
        facts: { preview_id: preview.preview_id },
        as_of,
        seq,
      }
    },
    perform: async (call, { facts }) => {
      const result = await call.run('confirmPurchase', {
        params: of(call),
        body: { preview_id: facts.preview_id ?? '' },
      })
      const { as_of, seq } = await readAccount(call)
      return { result, sentences: boughtText(result, call.reader), as_of, seq }
    },
  },

  withdraw: {
    prepare: async (call) => {
      const { payment_id } = call.args
      const params = { ...of(call), payment_id }
      const preview = await call.run('previewPurchaseRefund', { params, body: {} })
      const { currency } = await readAccount(call)
      const { total, price, tax, face, as_of, seq } = preview
      return {
        sentence: withdrawSentence(preview, currency, call.reader),
        amount: total,
        currency,
        terms: { total, price, tax, face },
        as_of,
        seq,
      }
    },
    perform: async (call, { requestId }) => {
      const params = { ...of(call), payment_id: call.args.payment_id }
      const result = await call.run('refundPurchase', {
        params,
        body: {},
        idempotencyKey: requestId,
      })
      const { as_of, seq } = await readAccount(call)
      return { result, sentences: withdrawnText(call.reader), as_of, seq }
    },
  },
}
