import type { OperationId } from '../contract/routes/index.ts'

/** What of an answer names a person: members of the answer, or of the items of its list. */
const NAMING: Readonly<Partial<Record<OperationId, readonly string[]>>> = {
  listAccounts: ['name'],
  listMembers: ['name', 'email'],
  getMemberHistory: ['name', 'email'],
  listEndpoints: ['name', 'address'],
  getBillingProfile: ['name', 'address', 'tax_id', 'reference'],
}

/** The answer with its names and addresses masked; the same answer where it has none. */
export function masked(id: OperationId, body: unknown): unknown {
  const names = NAMING[id]
  if (!names || typeof body !== 'object' || body === null) return body
  const own = maskMembers(body as Record<string, unknown>, names)
  if (!('items' in own) || !Array.isArray(own.items)) return own
  return { ...own, items: own.items.map((item) => maskMembers(item, names)) }
}

const maskMembers = (from: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(from).map(([name, value]) => [name, names.includes(name) ? hide(value) : value]),
  )

/** Text keeps its first character, and an address its place: enough to tell two apart. */
function hide(value: unknown): unknown {
  if (typeof value === 'string') return hideText(value)
  return Array.isArray(value) ? value.map(hide) : value
}

const HIDDEN = '***'

function hideText(text: string): string {
  const [first = ''] = text
  const at = text.lastIndexOf('@')
  if (at < 1) return `${first}${HIDDEN}`
  const [domain = ''] = text.slice(at + 1)
  return `${first}${HIDDEN}@${domain}${HIDDEN}`
}
