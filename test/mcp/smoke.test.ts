import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Mcp, startMcp } from './support.ts'

let mcp: Mcp
let key: string
beforeAll(async () => {
  mcp = await startMcp()
  key = await mcp.account('own', { paid: '50' })
})
afterAll(() => mcp?.close())

test.each(['auto', 'legacy'] as const)('%s', async (era) => {
  const client = await mcp.connect(key, { era })
  const { tools } = await client.listTools()
  console.log(era, tools.map(({ name }) => name).join(' '), JSON.stringify(tools).length)
  const state = await mcp.ask(key, 'account_state', {}, { era })
  console.log(state.text, state.as_of, state.seq)
  const call = { model: 'small', prompt_tokens_max: 1000, max_output_tokens: 100 }
  console.log((await mcp.ask(key, 'can_i_run', call, { era })).text)
  console.log((await mcp.ask(key, 'estimate', { ...call, lang: 'ja' }, { era })).text)
  console.log((await mcp.ask(key, 'can_i_run', {}, { era })).text)
  for (const name of ['list_lots', 'list_caps', 'list_calls', 'list_alerts', 'list_statements', 'list_purchases'] as const) console.log(name, (await mcp.ask(key, name, {}, { era })).text)
  console.log((await mcp.ask(key, 'price_of_model', { model: 'small' }, { era })).text)
  console.log((await mcp.ask(key, 'account_state', { account_id: 'other' }, { era })).text)
  expect(1).toBe(1)
})
