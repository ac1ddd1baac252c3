import { ROUTES } from '../../src/contract/routes/index.ts'
import { bearer, OPERATOR, order, type Whole } from './support.ts'

/* Marked words in every place where a caller can put some. */

/** Words of a prompt: nobody keeps them, and nobody is shown them. */
export const UNKEPT = {
  content: 'canary of the content',
  system: 'canary of the system',
  user: 'canary-of-the-user',
  tool: 'canary_of_the_tool',
  described: 'canary of the description',
  stop: 'canary of the stop',
  agent: 'canary-of-the-agent',
  header: 'canary-of-a-header',
  referer: 'canary-of-the-referer',
  cookie: 'canary-of-the-cookie',
  query: 'canary-of-the-query',
  trace: 'canary-of-the-trace',
} as const

/** What an account calls its things: its own to see, and nobody else's. */
export const labelsOf = (account: string) => ({
  account: `label of the account ${account}`,
  key: `label of the key ${account}`,
  member: `label of the member ${account}`,
  email: `label-of-the-address-${account}@example.com`,
  project: `label of the project ${account}`,
  payment: `label of the payment ${account}`,
  endpoint: `label of the endpoint ${account}`,
  address: `label-of-the-hook-${account}`,
  view: `label of the view ${account}`,
  dispute: `label of the dispute ${account}`,
  idempotency: `label-of-the-call-${account}`,
  tag: `label-of-the-tag-${account}`,
  model: `label-of-the-model-${account}`,
  session: `label-of-the-session-${account}`,
})

/** A call whose words are all marked. */
export const markedCall = (model: string) => ({
  model,
  max_tokens: 20,
  system: UNKEPT.system,
  stop_sequences: [UNKEPT.stop],
  metadata: { user_id: UNKEPT.user },
  tools: [{ name: UNKEPT.tool, description: UNKEPT.described, input_schema: { type: 'object' } }],
  messages: [{ role: 'user', content: UNKEPT.content }],
})

export const markedHeaders = (account: string, tried: string) => ({
  'user-agent': `sdk/1.0 (${UNKEPT.agent})`,
  'x-note': UNKEPT.header,
  referer: `https://x.example/${UNKEPT.referer}`,
  cookie: `a=${UNKEPT.cookie}`,
  traceparent: UNKEPT.trace,
  'anthropic-beta': UNKEPT.header,
  'everycent-tags': `team=${labelsOf(account).tag}`,
  'everycent-session': labelsOf(account).session,
  'idempotency-key': `${labelsOf(account).idempotency}-${tried}`,
})

export interface Stocked {
  readonly id: string
  readonly key: string
  /** For the names in paths: what is really there. */
  readonly params: Readonly<Record<string, string>>
}

/** An account with something of everything, all of it marked. */
export async function stock(whole: Whole, id: string): Promise<Stocked> {
  const { ask } = whole
  const labels = labelsOf(id)
  const at = `/v1/accounts/${id}`
  const make = (path: string, body: object) => order(ask, ['POST', path], body)
  await make('/v1/accounts', {
    account_id: id,
    name: labels.account,
    currency: 'USD',
    plan: 'test@1',
  })
  const paid = { payment_id: `pay-${id}`, name: labels.payment, price: '50', expires_at: null }
  const { lot_id } = await make(`${at}/top_ups`, paid)
  await order(ask, ['PATCH', `${at}/controls`], { paid_use: true })
  const member_id = `member_${id}`
  await make(`${at}/members`, {
    member_id,
    name: labels.member,
    role: 'owner',
    email: labels.email,
  })
  const project = await make(`${at}/projects`, {
    project_id: `project_${id}`,
    name: labels.project,
  })
  const key = await make(`${at}/keys`, { name: labels.key, member_id })
  const hook = {
    channel: 'webhook',
    name: labels.endpoint,
    address: `https://8.8.8.8/${labels.address}`,
  }
  const endpoint = await make(`${at}/notification_endpoints`, hook)
  const view = await make(`${at}/usage/views`, {
    name: labels.view,
    query: `note=${labels.tag}`,
    shared: true,
  })
  const params = {
    ...{ account_id: id, member_id, lot_id: `${lot_id}`, key_id: `${key.key_id}` },
    ...{ project_id: `${project.project_id}`, view_id: `${view.view_id}` },
    ...{ endpoint_id: `${endpoint.endpoint_id}`, payment_id: `pay-${id}` },
  }
  return { id, key: `${key.key}`, params }
}

/** Calls on every way to a provider, good and broken ones; the ids that they have come to. */
export async function call(whole: Whole, { id, key }: Stocked): Promise<Record<string, string>> {
  const { ask } = whole
  const path = `?note=${UNKEPT.query}`
  const inputs: [string, object | string][] = [
    ['/anthropic/v1/messages', markedCall('claude-haiku-5.5')],
    ['/anthropic/v1/messages', { ...markedCall('claude-haiku-5.5'), stream: true }],
    ['/anthropic/v1/messages', markedCall(labelsOf(id).model)],
    ['/anthropic/v1/messages', `{"model":"${UNKEPT.content}","messages":"${UNKEPT.content}`],
    ['/anthropic/v1/messages', { ...markedCall('claude-haiku-5.5'), max_tokens: UNKEPT.content }],
    ['/openai/v1/chat/completions', { ...markedCall('gpt-5.5'), user: UNKEPT.user }],
    [
      '/openai/v1/responses',
      { model: 'gpt-5.5', input: UNKEPT.content, instructions: UNKEPT.system },
    ],
  ]
  for (const [index, [target, body]] of inputs.entries()) {
    const headers = { ...markedHeaders(id, String(index)), ...bearer(key) }
    await ask('POST', target + path, { headers, body })
  }
  const { items } = JSON.parse(
    (await ask('GET', `/v1/accounts/${id}/calls`, { headers: bearer(key) })).text,
  ) as { items: { call_id: string; receipt_id: string | null }[] }
  const charged = items.find(({ receipt_id }) => receipt_id !== null)
  return { call_id: charged?.call_id ?? '', receipt_id: charged?.receipt_id ?? '' }
}

/** Asks a person to look at a call; the case that it makes. */
export async function dispute(whole: Whole, { id, key }: Stocked, callId: string): Promise<string> {
  const told = await whole.ask('POST', `/v1/accounts/${id}/disputes`, {
    headers: { ...bearer(key), 'idempotency-key': 'about-it' },
    body: { about: { calls: [callId] }, words: labelsOf(id).dispute },
  })
  return JSON.parse(told.text).case_id ?? ''
}

/** The bytes of a file with the calls of an account, once it is written. */
export async function exported(
  whole: Whole,
  { id, key }: Stocked,
  file: { readonly format: string; readonly kind: string },
): Promise<{ readonly exportId: string; readonly bytes: Buffer }> {
  const headers = { ...bearer(key), 'content-type': 'application/json' }
  const made = await whole.ask('POST', `/v1/accounts/${id}/exports`, {
    headers: { ...headers, 'idempotency-key': `${file.format}-${file.kind}` },
    body: file,
  })
  const exportId = `${JSON.parse(made.text).export_id}`
  const url = `${whole.url}/v1/accounts/${id}/exports/${exportId}/file`
  for (;;) {
    const reply = await fetch(url, { headers: bearer(key) })
    const bytes = Buffer.from(await reply.arrayBuffer())
    if (reply.status === 200) return { exportId, bytes }
    if (reply.status !== 409) throw new Error(`${reply.status} ${bytes}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const asOperator = (whole: Whole, path: string) =>
  whole.ask('GET', path, { headers: bearer(OPERATOR) })

/** The routes under an account, with its own id and another's of everything else. */
export const ROUTES_OF_ACCOUNTS = Object.entries(ROUTES).filter(
  ([, { method, path }]) => method === 'GET' && path.startsWith('/v1/accounts/{account_id}'),
)
