import { posix } from 'node:path'
import { mask } from './mask.ts'
import type { Finding, SourceFile } from './rules.ts'

/**
 * Which room may import which: the design's table. The pure core, of values and functions, is open to
 * every room of the server. Whatever is not listed is forbidden, a new room too.
 */
const ROOMS: Record<string, readonly string[]> = {
  core: [],
  contract: ['core'],
  checkpoints: [],
  config: ['core', 'contract', 'guard'],
  imports: ['core', 'contract'],
  // independent of all others: whoever trusts none of them reads this one
  verifier: [],
  // what stands between us and what others give: of itself, and open to whoever needs it
  guard: [],
  store: ['core', 'contract', 'config', 'checkpoints', 'guard'],
  engine: ['core', 'contract', 'store', 'config', 'checkpoints'],
  payments: ['core', 'contract', 'store', 'config', 'guard'],
  notify: ['core', 'contract', 'store', 'config', 'guard'],
  jobs: ['core', 'contract', 'engine', 'store', 'payments', 'notify', 'config', 'checkpoints'],
  gateway: ['core', 'contract', 'engine', 'store', 'config', 'guard'],
  api: [
    ...['core', 'contract', 'engine', 'store', 'payments', 'imports', 'config', 'checkpoints'],
    'guard',
  ],
  mcp: ['core', 'contract', 'engine', 'store', 'config'],
  client: [],
  cli: ['core', 'contract', 'client', 'imports', 'verifier', 'config', 'checkpoints', 'guard'],
  demo: ['contract', 'client', 'config'],
  web: ['contract', 'client'],
}

/** Rooms of which only types may be imported: nothing of them is there when the program runs. */
const TYPES_ONLY: Record<string, readonly string[]> = { client: ['contract'] }

/** Single folders that a room may import although it may not import the whole room. */
const FOLDERS: Record<string, readonly string[]> = { web: ['core/money', 'core/time'] }

/** Commands that run on the server's own machine reach the rest; the others talk to the HTTP API. */
const LOCAL_COMMAND = /^src\/cli\/(?:commands\/)?(?:serve|migrate|verify|demo|bench|doctor)\b/

/** Inside the core each room may import those below it, and not its neighbours. */
const CORE_RANK: Record<string, number> = {
  money: 0,
  time: 0,
  faults: 0,
  tax: 1,
  usage: 1,
  pricing: 2,
  funding: 3,
  ledger: 4,
  campaigns: 4,
  reconciliation: 5,
  decisions: 5,
  alerts: 6,
  remedies: 7,
  cases: 7,
  incidents: 7,
}
const AUDIT_VALUES = ['money', 'time']
const AUDIT_TYPES = ['pricing', 'usage', 'ledger', 'funding']

interface Import {
  readonly specifier: string
  readonly typesOnly: boolean
  readonly line: number
}

const STATIC =
  /(?:^|[\n;])[ \t]*(import|export)\s+(type\s+)?([\w$*{}\s,]*?)(?:\bfrom\s*)?'([^'\n]+)'/g
const DYNAMIC = /\b(?:import|require)\s*\(\s*'([^'\n]+)'/g

export function importsOf(text: string): Import[] {
  const { withStrings } = mask(text)
  const lineAt = (index: number): number => withStrings.slice(0, index).split('\n').length
  const found: Import[] = []
  for (const match of withStrings.matchAll(STATIC)) {
    const [whole, , type, names = '', specifier = ''] = match
    const inBraces = /^\{([^}]*)\}\s*$/.exec(names.trim())?.[1]
    const each = inBraces?.split(',').filter((name) => name.trim() !== '') ?? []
    const allTypes = each.length > 0 && each.every((name) => /^\s*type\s/.test(name))
    const line = lineAt(match.index + whole.length)
    found.push({ specifier, typesOnly: type !== undefined || allTypes, line })
  }
  for (const match of withStrings.matchAll(DYNAMIC))
    found.push({ specifier: match[1] ?? '', typesOnly: false, line: lineAt(match.index) })
  return found
}

/** `src/core/money/nanos.ts` is in the room `core` and in its folder `core/money`. */
function placeOf(path: string): { room: string; folder: string } {
  const [, first = '', second = ''] = path.split('/')
  const room = first.replace(/\.tsx?$/, '')
  const isFile = second === '' || /\.\w+$/.test(second)
  return { room, folder: isFile ? room : `${room}/${second}` }
}

export function importDirection(file: SourceFile): Finding[] {
  if (!file.path.startsWith('src/') || file.path === 'src/main.ts') return []
  return importsOf(file.text).flatMap((found) => {
    const problem = found.specifier.startsWith('.')
      ? problemOfRoom(file.path, found)
      : problemOfPackage(file.path, found)
    if (problem === undefined) return []
    const message = `line ${found.line}: '${found.specifier}': ${problem}`
    return [{ rule: 'import direction', file: file.path, message }]
  })
}

function problemOfPackage(path: string, { specifier }: Import): string | undefined {
  const { room } = placeOf(path)
  if (room === 'core')
    return 'the core imports only the core: take what is needed as an argument, or do it at the edge'
  if (room === 'verifier' && specifier !== 'node:crypto')
    return 'the verifier needs nothing but node:crypto, so that it can be read in one sitting'
  if (room === 'client' && !specifier.startsWith('node:'))
    return 'the client has no dependencies: write the few lines, or use what the platform has'
  return undefined
}

function problemOfRoom(path: string, found: Import): string | undefined {
  const target = posix.join(posix.dirname(path), found.specifier)
  if (!target.startsWith('src/')) return undefined
  const from = placeOf(path)
  const to = placeOf(target)
  if (to.room === 'main') return 'main.ts wires the rooms together, and is imported by none of them'
  if (from.room === 'core' && to.room === 'core')
    return problemInCore(from.folder, to.folder, found)
  if (from.room === to.room) return undefined
  if (LOCAL_COMMAND.test(path)) return undefined
  const allowed = ROOMS[from.room]
  if (allowed === undefined) return `the room ${from.room} is not in the design's table of rooms`
  if (allowed.includes(to.room) || FOLDERS[from.room]?.includes(to.folder)) return undefined
  if (TYPES_ONLY[from.room]?.includes(to.room))
    return found.typesOnly
      ? undefined
      : `${from.room} may import only types of ${to.room}: use "import type"`
  return `${from.room} may import ${allowed.join(', ') || 'no other room'}: wire it in main.ts instead`
}

function problemInCore(from: string, to: string, { typesOnly }: Import): string | undefined {
  const [source = '', target = ''] = [from, to].map((folder) => folder.replace(/^core\/?/, ''))
  if (source === target) return undefined
  if (source === 'audit') {
    if (AUDIT_VALUES.includes(target) || (typesOnly && AUDIT_TYPES.includes(target)))
      return undefined
    return 'audit is independent: it may import money, time, and the types of pricing, usage, funding and ledger'
  }
  // independent of all others; only what acts on its findings may read it
  if (target === 'audit' && source === 'remedies') return undefined
  const [own, other] = [CORE_RANK[source], CORE_RANK[target]]
  if (own !== undefined && other !== undefined && other < own) return undefined
  return `core/${source} may import only what is below it: money, time < tax, usage < pricing < funding < ledger, campaigns < decisions, reconciliation < alerts`
}
