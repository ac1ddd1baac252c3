import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Client } from '../../client/index.ts'
import type { CallResult, PlannedCall, Surface } from '../../demo/replay/call.ts'
import { createCaller } from '../../demo/replay/caller.ts'
import { replay } from '../../demo/replay/replay.ts'
import { PromptWriter } from '../../demo/traces.ts'
import { chosenAccount } from '../account.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit.ts'
import { styleFor } from '../io.ts'
import { type Cell, count, createProgress, renderTable } from '../render/index.ts'
import { parseTrace, type TraceLine } from '../trace-file.ts'

const OUTPUT_TOKENS_MIN = 1

type Options = Readonly<Record<string, unknown>>

/** Calls shaped like those of the trace, with filler for prompts: what they said is not in a trace. */
export async function replayCommand(
  context: Context,
  options: Options,
  file: string,
): Promise<ExitCode> {
  const lines = readTraceFile(resolve(context.io.cwd, file), file)
  const limit = options.calls as number | undefined
  return withKey(context, options, (key) =>
    run(context, options, { calls: lines.slice(0, limit), key }),
  )
}

function readTraceFile(path: string, file: string): TraceLine[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageError(`The trace ${file} cannot be read.`, { why, next: 'Correct the path.' })
  }
  return parseTrace(text, file)
}

/** The given key; or one made for this replay, which ends with it whatever happens. */
async function withKey(
  context: Context,
  options: Options,
  use: (key: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const given = (options.key as string | undefined) ?? context.io.env.EVERYCENT_KEY
  if (given !== undefined && given !== '') return use(given)
  const { token } = context.connection()
  if (token.startsWith('ec_live_')) return use(token)
  const client: Client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const made = await client.keys.create(account, { name: 'replay of a trace' })
  try {
    return await use(made.key)
  } finally {
    await client.keys.revoke(account, made.key_id)
  }
}

interface Traffic {
  readonly calls: readonly TraceLine[]
  readonly key: string
}

async function run(context: Context, options: Options, { calls, key }: Traffic): Promise<ExitCode> {
  const { io } = context
  const concurrency = Number(options.concurrency)
  const caller = createCaller({
    baseUrl: context.connection().url,
    connections: concurrency,
    secretOf: () => key,
    writer: new PromptWriter(),
    random: Math.random,
    haste: 1,
  })
  const started = io.now()
  const progress = createProgress(io.stderr, styleFor(io, io.stderr), {
    label: 'replay',
    total: calls.length,
    now: () => io.now(),
  })
  const results: CallResult[] = []
  const onResult = (result: CallResult): void => {
    results.push(result)
    progress.update(results.length, noteOf(results))
  }
  try {
    const planned = calls.map((line) => plannedCall(line, options, started))
    await replay({ calls: planned, caller, concurrency, signal: io.signal, onResult })
  } finally {
    await caller.close()
  }
  progress.finish(noteOf(results))
  report(context, results, io.now() - started)
  return io.signal.aborted ? EXIT.failure : EXIT.ok
}

function plannedCall(line: TraceLine, options: Options, started: number): PlannedCall {
  return {
    id: `replay-${started}-${line.index}`,
    traceCall: line,
    surface: options.surface as Surface,
    model: String(options.model),
    stream: options.stream !== false,
    outputTokensMax: Math.max(OUTPUT_TOKENS_MIN, line.outputTokens),
    key: 'replay',
    account: 'replay',
    sessionId: `replay-${started}`,
    manner: { type: 'patient' },
    wishes: {},
  }
}

const ended = (results: readonly CallResult[], ending: CallResult['ending']): number =>
  results.filter((result) => result.ending === ending).length

function noteOf(results: readonly CallResult[]): string {
  const refused = ended(results, 'refused')
  const failed = ended(results, 'failed') + ended(results, 'broken')
  return [
    refused > 0 ? `${count(refused)} refused` : '',
    failed > 0 ? `${count(failed)} failed` : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}

function report(context: Context, results: readonly CallResult[], elapsedMs: number): void {
  const groups = new Map<string, { ending: string; code: string | null; calls: number }>()
  for (const { ending, code } of results) {
    const shown = ending === 'answered' ? null : code
    const group = groups.get(`${ending} ${shown}`) ?? { ending, code: shown, calls: 0 }
    groups.set(`${ending} ${shown}`, { ...group, calls: group.calls + 1 })
  }
  const endings = [...groups.values()].sort((a, b) => b.calls - a.calls)
  if (context.json) {
    context.printJson({ calls: results.length, elapsed_ms: elapsedMs, endings })
    return
  }
  const rows = endings.map(({ ending, code, calls }): Cell[] => [
    ending.replaceAll('_', ' '),
    code ?? '',
    count(calls),
  ])
  context.print([
    ...renderTable(context.style, {
      columns: [
        { title: 'ending' },
        { title: 'code', min: 10 },
        { title: 'calls', align: 'right' },
      ],
      rows,
      footer: ['all', '', count(results.length)],
    }),
    'What each cost: everycent calls',
  ])
}
