import type { Secret } from './secret.ts'

export const PAYMENT_PROVIDERS = ['off', 'simulated', 'stripe'] as const

export const TAX_SOURCES = ['table', 'stripe'] as const

/** The payment processor. `simulated`: in memory, for trying things out: no money moves. */
export type PaymentsConfig =
  | { readonly provider: 'off' | 'simulated'; readonly returnUrl: string }
  | {
      readonly provider: 'stripe'
      readonly returnUrl: string
      readonly apiKey: Secret
      readonly webhookSecret: Secret
      /** Who computes tax: the rates of the policy rows, or Stripe Tax. */
      readonly tax: (typeof TAX_SOURCES)[number]
      readonly baseUrl?: string
    }
