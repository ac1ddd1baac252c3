import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** Saved cards: never their numbers. */
export function paymentMethodMethods(transport: Transport) {
  return {
    list: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listPaymentMethods', { params: { account_id } }, options),
    /** For the processor's own form in the browser. */
    setUp: (account_id: string, options?: CallOptions) =>
      perform(transport, 'setUpPaymentMethod', { params: { account_id } }, options),
    /** Where to send a person who adds a card; or test cards, where no money moves. Charges nothing. */
    beginHosted: (account_id: string, options?: CallOptions) =>
      perform(transport, 'beginHostedSetup', { params: { account_id } }, options),
    /** Saves what was given on the processor's page. A repeat gives the same card. */
    finishHosted: (account_id: string, setup_ref: string, options?: CallOptions) =>
      perform(transport, 'finishHostedSetup', { params: { account_id, setup_ref } }, options),
    add: (account_id: string, body: Body<'addPaymentMethod'>, options?: CallOptions) =>
      perform(transport, 'addPaymentMethod', { params: { account_id }, body }, options),
    /** The card that is charged where none is named. */
    chooseDefault: (account_id: string, method_id: string, options?: CallOptions) =>
      perform(
        transport,
        'chooseDefaultPaymentMethod',
        { params: { account_id, method_id } },
        options,
      ),
    /** Who added, chose and removed cards. */
    history: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listPaymentMethodHistory', { params: { account_id } }, options),
    remove: (account_id: string, method_id: string, options?: CallOptions) =>
      perform(transport, 'removePaymentMethod', { params: { account_id, method_id } }, options),
  }
}

/** Top-ups and bundles: preview, then confirm with the preview's id. */
export function purchaseMethods(transport: Transport) {
  return {
    bundles: (options?: CallOptions) => perform(transport, 'listBundles', {}, options),
    preview: (account_id: string, body: Body<'previewPurchase'>, options?: CallOptions) =>
      perform(transport, 'previewPurchase', { params: { account_id }, body }, options),
    /** Confirmed twice, a preview is bought once. */
    confirm: (account_id: string, body: Body<'confirmPurchase'>, options?: CallOptions) =>
      perform(transport, 'confirmPurchase', { params: { account_id }, body }, options),
    /** The latest first; of one kind or status, if told. */
    list: (account_id: string, query: QueryParams<'listPurchases'> = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listPurchases', { params: { account_id }, query: page }, options),
      ),
    get: (account_id: string, payment_id: string, options?: CallOptions) =>
      perform(transport, 'getPurchase', { params: { account_id, payment_id } }, options),
    /** Answers for the bank of the simulated processor. */
    answerTestBank: (
      account_id: string,
      payment_id: string,
      body: Body<'answerTestBank'>,
      options?: CallOptions,
    ) =>
      perform(transport, 'answerTestBank', { params: { account_id, payment_id }, body }, options),
    previewRefund: (
      account_id: string,
      payment_id: string,
      body: Body<'previewPurchaseRefund'> = {},
      options?: CallOptions,
    ) =>
      perform(
        transport,
        'previewPurchaseRefund',
        { params: { account_id, payment_id }, body },
        options,
      ),
    /** Pays back what is unused, at the price paid. */
    refund: (
      account_id: string,
      payment_id: string,
      body: Body<'refundPurchase'> = {},
      options?: CallOptions,
    ) =>
      perform(transport, 'refundPurchase', { params: { account_id, payment_id }, body }, options),
  }
}

export function autoReloadMethods(transport: Transport) {
  return {
    get: (account_id: string, options?: CallOptions) =>
      perform(transport, 'getAutoReload', { params: { account_id } }, options),
    /** The sentence to show, and what would have been charged in the last 30 days. */
    preview: (account_id: string, body: Body<'previewAutoReload'>, options?: CallOptions) =>
      perform(transport, 'previewAutoReload', { params: { account_id }, body }, options),
    /** With the sentence that was shown. Charges nothing by itself. */
    set: (account_id: string, body: Body<'setAutoReload'>, options?: CallOptions) =>
      perform(transport, 'setAutoReload', { params: { account_id }, body }, options),
    /** Terms and consent stay, and nothing is charged until it is resumed. */
    pause: (account_id: string, options?: CallOptions) =>
      perform(transport, 'pauseAutoReload', { params: { account_id } }, options),
    /** Charges nothing by itself. */
    resume: (account_id: string, options?: CallOptions) =>
      perform(transport, 'resumeAutoReload', { params: { account_id } }, options),
    end: (account_id: string, options?: CallOptions) =>
      perform(transport, 'endAutoReload', { params: { account_id } }, options),
  }
}
