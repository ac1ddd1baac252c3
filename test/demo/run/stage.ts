import { pino } from 'pino'
import { LogSigner } from '../../../src/checkpoints/index.ts'
import { bar, createStyle, money, renderTable } from '../../../src/cli/render/index.ts'
import { startServer } from '../../../src/cli/serve/compose.ts'
import { proofIn } from '../../../src/cli/serve/demo-proof.ts'
import { faultyJudgement } from '../../../src/cli/serve/fault.ts'
import { loadConfig, Secret } from '../../../src/config.ts'
import { type DemoOptions, type DemoResult, runDemo } from '../../../src/demo/run.ts'
import { startUpstream } from '../../../src/demo/upstream/index.ts'
import { verify } from '../../../src/store/verify/index.ts'

export const OPERATOR_TOKEN = 'ec_op_demo_test_0123456789'
export const COLUMNS = 80
/** The same for all: a server on a copy of another's database reads what that has sealed and signed. */
const SECRET = Buffer.alloc(32, 'demo').toString('base64')

/** One start of the demo as the command makes it, without a terminal. */
export interface Start {
  readonly result: DemoResult
  /** All that was printed. */
  readonly text: string
}

export interface Stage {
  readonly baseUrl: string
  start(more: Partial<DemoOptions>, columns?: number): Promise<Start>
  /** What the demo keeps between starts. */
  kept(): unknown
  close(): Promise<void>
}

/** Server and simulated provider on a migrated database; `before` is what the demo kept of earlier starts on it. */
export async function openStage(
  databaseUrl: string,
  seed: number,
  before?: unknown,
): Promise<Stage> {
  const upstream = await startUpstream({ seed })
  const provider = { baseUrl: upstream.url, apiKey: new Secret('sk-simulated-provider') }
  const fault = faultyJudgement()
  const server = await startServer({
    conclude: fault.conclude,
    sealing: LogSigner.of('demo.test/heads', [SECRET]),
    config: { ...loadConfig({ cwd: process.cwd(), env: {} }), privateAddresses: 'allowed' },
    secretKeys: [SECRET],
    payments: { provider: 'simulated', returnUrl: 'http://localhost' },
    databaseUrl,
    operatorTokens: [OPERATOR_TOKEN],
    log: pino({ level: 'silent' }),
    upstreams: { anthropic: provider, openai: provider },
    port: 0,
  })
  let kept = before
  const start = async (more: Partial<DemoOptions>, columns = COLUMNS): Promise<Start> => {
    const written: string[] = []
    const style = createStyle({ interactive: false, colour: false, columns })
    const result = await runDemo({
      baseUrl: server.url,
      operatorToken: OPERATOR_TOKEN,
      operatorTokenPath: '.everycent/operator-token',
      upstreamUrl: upstream.url,
      verify: () => verify(server.pool),
      setFault: fault.set,
      ...proofIn('.'),
      keepFile: (name) => `.everycent/${name}`,
      memory: {
        read: () => kept,
        write: (value) => {
          kept = structuredClone(value)
        },
      },
      ui: {
        interactive: false,
        unicode: true,
        columns,
        write: (text) => written.push(text),
        paint: (_tone, text) => text,
        table: (table) => renderTable(style, table),
        bar: (parts, width, tone) => bar(style, parts, width, tone),
        money,
      },
      signal: new AbortController().signal,
      seed,
      ...more,
    })
    return { result, text: written.join('') }
  }
  const close = async (): Promise<void> => {
    await server.close()
    await upstream.stop()
  }
  return { baseUrl: server.url, start, kept: () => kept, close }
}
