import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reachOfTool, TOOL_NAMES, type ToolName, toolOf } from '../../src/contract/mcp/tools.ts'
import { PRINCIPALS, type Principal } from '../../src/contract/permissions.ts'
import { ROUTES } from '../../src/contract/routes/index.ts'
import { journalOf } from '../api/support.ts'
import { type Mcp, startMcp } from './support.ts'

let mcp: Mcp
let tokens: Map<Principal, string>
beforeAll(async () => {
  mcp = await startMcp()
  await mcp.account('own')
  tokens = await mcp.tokens('own')
})
afterAll(() => mcp?.close())

/** In words once more, so that a tool that reaches further is a change of two files. */
const SAID: Readonly<Record<ToolName, string>> = {
  account_state: 'all all all | all | all all all own all',
  can_i_run: 'all none none | all | own none own own none',
  estimate: 'all none none | all | own none own own none',
  price_of_model: 'all all all | all | all all all all all',
  list_lots: 'all all all | all | all all all own all',
  list_caps: 'all all all | all | all all all own all',
  list_calls: 'all all all | all | all all all own all',
  read_receipt: 'all all all | all | all all all own all',
  explain_receipt: 'all all all | all | all all all own all',
  explain_block: 'all all all | all | all all all own all',
  list_alerts: 'all all all | all | all all all none all',
  list_statements: 'all all all | all | all all all none none',
  list_purchases: 'all all all | all | all all all none none',
  list_running_calls: 'all all all | all | all all all own all',
  explore_usage: 'all all all | all | all all all own all',
  effective_caps: 'all all all | all | all all all own all',
  list_campaigns: 'all all all | all | all all all none all',
  read_statement: 'all all all | all | all all all none none',
  list_invoices: 'all all all | all | all all all none none',
  read_auto_reload: 'all all all | all | all all all none none',
  compare_plans: 'all all all | all | all all all none none',
  explain_period: 'all all all | all | all all all none all',
  get_timeline: 'all all all | all | all all all none all',
  get_state_at: 'all all all | all | all all all none all',
  get_entry: 'all all all | all | all all all own all',
  list_findings: 'all all all | all | all all all none all',
  check_my_charges: 'all all all | all | all all all none all',
  list_my_cases: 'all all all | all | all all all none all',
  get_my_case: 'all all all | all | all all all none all',
  list_cases: 'all all all | none | none none none none none',
  get_case: 'all all all | none | none none none none none',
  request_cap_raise: 'all none none | none | all all all own none',
  claim_credit: 'all none none | all | all all all none none',
  buy_credit: 'all none none | none | all all none none none',
  withdraw: 'all none none | none | all all none none none',
  open_dispute: 'all none none | all | all all all none none',
  talk_to_a_person: 'all none none | all | all all all none none',
}

describe('the table of tools', () => {
  it.each(TOOL_NAMES)('%s: operator, lead, support | key | owner, billing, admin, …', (name) => {
    const [operator, lead, support, key, ...roles] = PRINCIPALS.map((own) => reachOfTool(name, own))
    expect([operator, lead, support, '|', key, '|', ...roles].join(' ')).toBe(SAID[name])
  })

  it('has no tool without a row, and asks for the money scope where something changes', () => {
    expect(Object.keys(SAID)).toEqual(TOOL_NAMES)
    for (const name of TOOL_NAMES) {
      const { effect, scope, uses } = toolOf(name)
      if (effect !== 'reads') expect(scope).toBe('everycent:money')
      else for (const id of uses) expect(readsOnly(id), `${name}: ${id}`).toBe(true)
    }
  })
})

/** An estimate is asked for with a body, and holds nothing; an audit notes what it finds, and moves nothing. */
const readsOnly = (id: keyof typeof ROUTES): boolean =>
  ROUTES[id].method === 'GET' || id === 'estimate' || id === 'checkAccount'

const matrix = PRINCIPALS.flatMap((kind) => TOOL_NAMES.map((name) => [kind, name] as const))

describe('every tool × every kind of caller', () => {
  it('is a matrix of some size', () => {
    expect(matrix.length).toBeGreaterThan(140)
  })

  it.each(PRINCIPALS)('%s is shown the tools that it may call, and no other', async (kind) => {
    const client = await mcp.connect(tokens.get(kind)!)
    const { tools } = await client.listTools()
    await client.close()
    const may = TOOL_NAMES.filter((name) => reachOfTool(name, kind) !== 'none')
    expect(tools.map(({ name }) => name)).toEqual(may)
  })

  it.each(matrix)('%s calls %s', async (kind, name) => {
    const before = await journalOf(mcp.server.pool)
    const reply = await mcp.post(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } },
      { authorization: `Bearer ${tokens.get(kind)}` },
    )
    const text = await reply.text()
    if (reachOfTool(name, kind) === 'none') {
      expect(reply.status).toBe(403)
      expect(reply.headers.get('www-authenticate')).toContain(`scope="${toolOf(name).scope}"`)
    } else {
      expect(reply.status).toBe(200)
      expect(text).not.toContain('permission_denied')
    }
    expect(await journalOf(mcp.server.pool)).toEqual(before)
  })
})
