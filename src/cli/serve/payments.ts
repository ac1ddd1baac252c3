import { randomBytes } from 'node:crypto'
import type { PaymentsConfig } from '../../config.ts'
import type { PaymentsDeps } from '../../payments/deps.ts'
import { takeWebhook } from '../../payments/events.ts'
import { SimulatedProcessor } from '../../payments/simulated/processor.ts'
import { simulatedProvider } from '../../payments/simulated/provider.ts'

type Base = Pick<PaymentsDeps, 'pool' | 'engine' | 'nowMs' | 'ids'>
type OnError = (job: string, error: unknown) => void

/** The payments of a server, by its settings; `undefined` where they are off. */
export async function startPayments(
  config: PaymentsConfig,
  base: Base,
  onError: OnError,
): Promise<PaymentsDeps | undefined> {
  if (config.provider === 'off') return undefined
  const { pool, engine, nowMs, ids } = base
  const rest = { pool, engine, nowMs, ids, returnUrl: config.returnUrl }
  if (config.provider !== 'stripe') return simulated(rest, onError)
  // loaded only where it is used: it is the largest dependency there is
  const { stripeProvider } = await import('../../payments/stripe/provider.ts')
  const provider = stripeProvider({
    apiKey: config.apiKey.reveal(),
    webhookSecret: config.webhookSecret.reveal(),
    ...(config.baseUrl !== undefined && { baseUrl: config.baseUrl }),
  })
  return { ...rest, provider }
}

/** The processor lives in this process; its webhooks come back the way they would over the network. */
function simulated(rest: Omit<PaymentsDeps, 'provider'>, onError: OnError): PaymentsDeps {
  const processor = new SimulatedProcessor({
    webhookSecret: `whsec_${randomBytes(24).toString('hex')}`,
    nowMs: rest.nowMs,
  })
  const deps = { ...rest, provider: simulatedProvider(processor) }
  processor.onWebhook = () => {
    setImmediate(() => {
      for (const { body, signature } of processor.takeWebhooks())
        takeWebhook(deps, { rawBody: body, signature }).catch((error: unknown) =>
          onError('webhooks', error),
        )
    })
  }
  return deps
}
