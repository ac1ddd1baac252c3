import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { pino } from 'pino'
import { expect } from 'vitest'
import { type RunningServer, type ServerOptions, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { answerSchema, type ToolAnswer } from '../../src/contract/mcp/answer.ts'
import { TOOL_NAMES, type ToolName, toolOf } from '../../src/contract/mcp/tools.ts'
import { type Principal, ROLES, STAFF_ROLES } from '../../src/contract/permissions.ts'
import { compileValidator } from '../../src/contract/validate.ts'
import { TEST_BOOK, TEST_PLAN } from '../api/support.ts'
import { freshDatabase } from '../support/database.ts'
import { TERMS_DIR } from '../support/terms.ts'

export const OPERATOR = 'operator-token-of-the-tests'

type Era = 'legacy' | 'auto'
type Args = Record<string, unknown>

export interface Told extends ToolAnswer {
  /** What a client shows that reads text only. */
  readonly text: string
  readonly isError: boolean
}

export interface Mcp {
  readonly server: RunningServer
  readonly url: string
  readonly operator: ReturnType<typeof createClient>
  /** An account on the test plan with an account key. */
  account(id: string, options?: { paid?: string; plan?: string }): Promise<string>
  /** A key of a member with each role, and a token of each person of the operator. */
  tokens(accountId: string): Promise<Map<Principal, string>>
  /** A connected client of the official package. */
  connect(token: string, options?: Connect): Promise<Client>
  /** Calls a tool with a client of its own, and checks the answer against the tool's schema. */
  ask(token: string, name: ToolName, args?: Args, options?: Connect): Promise<Told>
  /** A request as it goes over the wire. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

interface Connect {
  readonly era?: Era
  /** What the user says when the client is told to ask. */
  readonly says?: (message: string) => { action: string; content?: Args }
}

/** A whole server, composed as `serve` composes it, with plans, prices, rows of law and a simulated bank. */
export async function startMcp(options: Partial<ServerOptions> = {}): Promise<Mcp> {
  const server = await startServer({
    config: loadConfig({
      env: { EVERYCENT_PAYMENTS_PROVIDER: 'simulated', EVERYCENT_PAYMENTS_TERMS_DIR: TERMS_DIR },
      cwd: '/',
    }),
    databaseUrl: (await freshDatabase()).url,
    operatorTokens: [OPERATOR],
    log: pino({ level: 'silent' }),
    port: 0,
    ...options,
  })
  const operator = createClient({ baseUrl: server.url, token: OPERATOR })
  await operator.priceBooks.publish(TEST_BOOK)
  await operator.plans.create(TEST_PLAN)
  await operator.plans.publish('test', 1)
  const url = `${server.url}/mcp`
  const connect: Mcp['connect'] = (token, own = {}) => connected(url, token, own)
  return {
    server,
    url,
    operator,
    account: (id, own = {}) => openAccount(operator, id, own),
    tokens: (accountId) => tokensOf(operator, accountId),
    connect,
    ask: (token, name, args = {}, own = {}) => askTool({ url, token, own }, name, args),
    post: (body, headers = {}) =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: () => server.close(),
  }
}

/** Calls a tool of any server, as {@link Mcp.ask} does. */
export async function askTool(
  {
    url,
    token,
    own = {},
  }: { readonly url: string; readonly token: string; readonly own?: Connect },
  name: ToolName,
  args: Args = {},
): Promise<Told> {
  const client = await connected(url, token, own)
  try {
    return told(name, await client.callTool({ name, arguments: args }))
  } finally {
    await client.close()
  }
}

async function connected(url: string, token: string, own: Connect): Promise<Client> {
  const client = new Client(
    { name: 'tests', version: '0' },
    {
      ...(own.era !== 'legacy' && { versionNegotiation: { mode: 'auto' as const } }),
      ...(own.says && { capabilities: { elicitation: { form: {} } } }),
    },
  )
  const { says } = own
  if (says)
    client.setRequestHandler(
      'elicitation/create',
      async (request) => says(request.params.message) as never,
    )
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  )
  return client
}

type Result = Awaited<ReturnType<Client['callTool']>>
const validators = new Map(
  TOOL_NAMES.map((name) => [name, compileValidator(answerSchema(toolOf(name).result), 'body')]),
)

function told(name: ToolName, { structuredContent, content, isError }: Result): Told {
  const answer = structuredContent as unknown as ToolAnswer
  expect(validators.get(name)?.faults(answer), JSON.stringify(answer)).toEqual([])
  const [sentences, json] = content as { text: string }[]
  expect(sentences?.text).toBe(answer.sentences.join('\n'))
  expect(JSON.parse(json?.text ?? '')).toEqual(answer)
  expect(isError ?? false).toBe(answer.status === 'failed')
  return { ...answer, text: sentences?.text ?? '', isError: isError ?? false }
}

type Operator = Mcp['operator']

async function openAccount(
  operator: Operator,
  id: string,
  { paid, plan = 'test' }: { paid?: string; plan?: string },
): Promise<string> {
  await operator.accounts.open({ account_id: id, name: `Account ${id}`, currency: 'USD', plan })
  if (paid !== undefined) {
    await operator.credit.topUp(id, { payment_id: `wire-${id}`, price: paid, expires_at: null })
    await operator.accounts.setControls(id, { paid_use: true })
  }
  return (await operator.keys.create(id, { name: 'main' })).key
}

async function tokensOf(operator: Operator, accountId: string): Promise<Map<Principal, string>> {
  const tokens = new Map<Principal, string>([['operator', OPERATOR]])
  const { key } = await operator.keys.create(accountId, { name: 'account' })
  tokens.set('account_key', key)
  for (const role of STAFF_ROLES.filter((name) => name !== 'operator'))
    tokens.set(role, (await operator.staff.add({ name: role, role })).token)
  for (const role of ROLES) {
    const member = { member_id: `the_${role}`, name: role, role }
    await operator.members.add(accountId, member)
    const made = await operator.keys.create(accountId, { name: role, member_id: member.member_id })
    tokens.set(role, made.key)
  }
  return tokens
}
