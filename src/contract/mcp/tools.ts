import { PERMISSIONS, type Principal, type Reach } from '../permissions.ts'
import { ROUTES, type Route } from '../routes/index.ts'
import { accountTools } from './account-tools.ts'
import { caseOrders, caseTools, deskTools } from './case-tools.ts'
import { figureTools } from './figure-tools.ts'
import { historyTools } from './history-tools.ts'
import { moneyTools } from './money-tools.ts'
import type { Tool } from './tool.ts'

/** Every tool of the MCP server, by name. The server, the docs and the permission matrix come from it. */
export const TOOLS = {
  ...accountTools,
  ...figureTools,
  ...historyTools,
  ...caseTools,
  ...deskTools,
  ...moneyTools,
  ...caseOrders,
} as const satisfies Readonly<Record<string, Tool>>

export type Tools = typeof TOOLS
export type ToolName = keyof Tools

export const toolOf = (name: ToolName): Tool => TOOLS[name]
export const TOOL_NAMES = Object.keys(TOOLS) as ToolName[]

const ORDER: readonly Reach[] = ['none', 'own', 'all']

/** How far a tool goes for somebody: as far as the narrowest of the operations it is made of. */
export function reachOfTool(name: ToolName, principal: Principal): Reach {
  const reaches = toolOf(name).uses.map((id): Reach => {
    const { permission }: Route = ROUTES[id]
    return permission === 'public' ? 'all' : PERMISSIONS[permission][principal]
  })
  return ORDER.find((reach) => reaches.includes(reach)) ?? 'none'
}
