export { createGateway } from './gateway.ts'
export { PrometheusMetrics } from './metrics.ts'
export type { GatewayPolicy } from './policy.ts'
export type {
  CallReport,
  Gateway,
  GatewayDeps,
  GatewayEvent,
  GatewayLog,
  RecentCall,
} from './types.ts'
