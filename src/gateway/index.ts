export { createGateway } from './gateway.ts'
export { type ClientPattern, GATEWAY_POLICY, type GatewayPolicy } from './policy.ts'
export type {
  CallReport,
  DialectName,
  Gateway,
  GatewayDeps,
  GatewayEvent,
  GatewayLog,
  GatewayMetrics,
  GatewayStats,
  RecentCall,
  UpstreamSettings,
} from './types.ts'
