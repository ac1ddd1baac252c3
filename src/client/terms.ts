import { type Body, type CallOptions, perform } from './operations.ts'
import type { Transport } from './transport.ts'

/** What the law of a jurisdiction means for credit, in versions. */
export function policyMethods(transport: Transport) {
  return {
    list: (options?: CallOptions) => perform(transport, 'listPolicies', {}, options),
    /** For ever; purchases keep the version that they were made under. */
    publish: (body: Body<'publishPolicy'>, options?: CallOptions) =>
      perform(transport, 'publishPolicy', { body }, options),
  }
}

/** What discounted credit is sold in a currency, in versions. */
export function bundleListMethods(transport: Transport) {
  return {
    list: (options?: CallOptions) => perform(transport, 'listBundleLists', {}, options),
    publish: (body: Body<'publishBundleList'>, options?: CallOptions) =>
      perform(transport, 'publishBundleList', { body }, options),
  }
}
