import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Fields } from '../../vectors/shapes.ts'

/*
 * ccusage, a second rater: it reads the logs that coding tools write and reckons what they cost. It is asked
 * offline, in a folder of its own, with the prices that a row states.
 */

/** Of one million tokens, as a row states them. */
export type Prices = Fields

export interface LoggedCall {
  readonly id: string
  /** The tool that would have logged it: Anthropic's usage, or OpenAI's. */
  readonly log: 'claude' | 'codex'
  /** What was logged, in order: of a stream, every state of its usage. */
  readonly usages: readonly Fields[]
  /** `null`: what ccusage itself says the model costs. */
  readonly prices: Prices | null
  /** The id is the model's name unless told. */
  readonly model?: string
}

export interface Rated {
  /** As it was printed: a decimal with the errors of a float. */
  readonly cost: string
  readonly tokens: Readonly<Record<'input' | 'cache_read' | 'cache_write' | 'output', number>>
}

const AT = '2026-10-08T00:00:00.000Z'
const MTOK = 1_000_000
const ROOM = 256 * 1_024 * 1_024

/** The script that starts the program for this machine; `null`: there is none. */
export function findCcusage(): string | null {
  try {
    // it is a dependency of ccusage and not of ours
    const require = createRequire(import.meta.url)
    const theirs = createRequire(require.resolve('ccusage/package.json'))
    theirs.resolve(`@ccusage/ccusage-${process.platform}-${process.arch}/package.json`)
    // its launcher, which gives the program the right to run first
    return join(dirname(require.resolve('ccusage/package.json')), 'src', 'cli.js')
  } catch {
    return null
  }
}

const NAMES = {
  input: 'inputCostPerToken',
  output: 'outputCostPerToken',
  cache_read: 'cacheReadInputTokenCost',
  cache_write_5m: 'cacheCreationInputTokenCost',
  cache_write: 'cacheCreationInputTokenCost',
} as const
const BANDED = 'Above200kTokens'

function pricesOf(prices: Prices): Fields {
  const of = (own: Prices, suffix: string): [string, number][] =>
    Object.entries(NAMES).flatMap(([kind, name]): [string, number][] =>
      own[kind] === undefined ? [] : [[`${name}${suffix}`, Number(own[kind]) / MTOK]],
    )
  return Object.fromEntries([...of(prices, ''), ...of(prices.above_200k ?? {}, BANDED)])
}

const modelOf = ({ id, model }: LoggedCall): string => model ?? id

/** A line for every state, all of one message, as it is logged while the answer comes. */
function claudeLines(call: LoggedCall): string[] {
  let known: Fields = {}
  return call.usages.map((usage) => {
    // the tool keeps what a later event leaves out
    known = { ...known, ...usage }
    return JSON.stringify({
      timestamp: AT,
      sessionId: call.id,
      version: '1.0.0',
      requestId: `req_${call.id}`,
      message: { id: `msg_${call.id}`, model: modelOf(call), usage: known },
    })
  })
}

const codexLines = (call: LoggedCall): string[] => {
  const line = (type: string, payload: Fields) => JSON.stringify({ timestamp: AT, type, payload })
  return [
    line('session_meta', { id: call.id, timestamp: AT, cwd: '/' }),
    line('turn_context', { cwd: '/', model: modelOf(call) }),
    ...call.usages.map((usage) =>
      line('event_msg', {
        type: 'token_count',
        info: { last_token_usage: usage, total_token_usage: usage },
      }),
    ),
  ]
}

/** @returns what each call comes to, by its id. Throws when the program fails. */
export function rate(program: string, calls: readonly LoggedCall[]): Map<string, Rated> {
  const folder = mkdtempSync(join(tmpdir(), 'everycent-ccusage-'))
  try {
    const own = calls.flatMap((call) => (call.prices ? [[call.id, pricesOf(call.prices)]] : []))
    const config = { defaults: { pricingOverrides: Object.fromEntries(own) } }
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
    const of = (log: LoggedCall['log']) => calls.filter((call) => call.log === log)
    return new Map([
      ...claude(program, folder, of('claude')),
      ...codex(program, folder, of('codex')),
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(program: string, folder: string, args: readonly string[]): Fields {
  const options = ['--json', '--offline', '--timezone', 'UTC', '--config']
  const words = [program, ...args, ...options, join(folder, 'config.json')]
  const text = execFileSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: ROOM,
    // Nothing of whoever runs this: neither his logs nor his settings.
    env: { HOME: folder, CLAUDE_CONFIG_DIR: join(folder, 'claude'), CODEX_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return JSON.parse(text)
}

type Answers = readonly (readonly [string, Rated])[]

function claude(program: string, folder: string, calls: readonly LoggedCall[]): Answers {
  if (calls.length === 0) return []
  const logs = join(folder, 'claude', 'projects', 'project')
  mkdirSync(logs, { recursive: true })
  for (const call of calls)
    writeFileSync(join(logs, `${call.id}.jsonl`), `${claudeLines(call).join('\n')}\n`)
  const { sessions } = run(program, folder, ['claude', 'session', '--mode', 'calculate'])
  return sessions.map((own: Fields) => [own.sessionId, ratedOf(own, own.totalCost)])
}

function codex(program: string, folder: string, calls: readonly LoggedCall[]): Answers {
  if (calls.length === 0) return []
  const logs = join(folder, 'sessions', '2026', '10', '08')
  mkdirSync(logs, { recursive: true })
  for (const call of calls)
    writeFileSync(join(logs, `${call.id}.jsonl`), `${codexLines(call).join('\n')}\n`)
  const { sessions } = run(program, folder, ['codex', 'session', '--speed', 'standard'])
  return sessions.map((own: Fields) => [own.sessionFile, ratedOf(own, own.costUSD)])
}

const ratedOf = (own: Fields, cost: number): Rated => ({
  cost: String(cost),
  tokens: {
    input: own.inputTokens,
    cache_read: own.cacheReadTokens,
    cache_write: own.cacheCreationTokens,
    output: own.outputTokens,
  },
})
