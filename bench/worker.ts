import { cpuMs } from './load.ts'
import { apiRole } from './roles/api.ts'
import { ceilingRole } from './roles/ceiling.ts'
import { engineRole } from './roles/engine.ts'
import { gatewayRole } from './roles/gateway.ts'
import { passThroughRole } from './roles/pass-through.ts'
import { requestsRole } from './roles/requests.ts'
import { rowLocksRole } from './roles/row-locks.ts'
import { upstreamRole } from './roles/upstream.ts'
import type { Ask, Methods, RoleName } from './workers.ts'

const ROLES: Record<RoleName, () => Methods> = {
  engine: engineRole,
  api: apiRole,
  ceiling: ceilingRole,
  'row-locks': rowLocksRole,
  upstream: upstreamRole,
  'pass-through': passThroughRole,
  gateway: gatewayRole,
  requests: requestsRole,
}

const methods: Methods = {
  ...ROLES[process.argv[2] as RoleName](),
  cpuMs: () => Promise.resolve(cpuMs()),
}

process.on('message', (ask: Ask) => {
  void answer(ask)
})
// the parent is gone: there is nobody to measure for
process.on('disconnect', () => process.exit(0))

async function answer({ id, method, argument }: Ask): Promise<void> {
  try {
    const own = methods[method]
    if (!own) throw new Error(`there is no ${method}`)
    process.send?.({ id, value: await own(argument) })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : error })
  }
}
