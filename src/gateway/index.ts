export { createGateway } from './gateway.ts'
export type { GatewayPolicy } from './policy.ts'
export type {
  CallReport,
  Gateway,
  GatewayDeps,
  GatewayEvent,
  GatewayLog,
  RecentCall,
} from './types.ts'
