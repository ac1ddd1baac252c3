import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../../src/client/index.ts'
import { CAST } from '../../../src/demo/run/cast.ts'
import { freshDatabase } from '../../support/database.ts'
import { OPERATOR_TOKEN, openStage, type Stage, type Start } from './stage.ts'

const CALLS = 300
const SEED = 7
const REPLAY_MS = 120_000

let stage: Stage
let first: Start

beforeAll(async () => {
  const database = await freshDatabase()
  stage = await openStage(database.url, SEED)
  first = await stage.start({ calls: CALLS, check: true })
}, REPLAY_MS)

afterAll(() => stage?.close())

describe('a short replay', () => {
  test('tells every story, and every sum agrees', () => {
    expect(first.result.problems).toEqual([])
    expect(first.result).toMatchObject({ ok: true, replayed: true })
  })

  test('ends with a table that fits 80 columns, and says what verify found', () => {
    for (const member of CAST) expect(first.text).toContain(`\n${member.name} `)
    expect(first.text).toMatch(/verify\s+ok: 11 accounts/)
    expect(first.text.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('names what made the provider bill more than the customers were charged', () => {
    const facts = first.text.replace(/\s+/g, ' ')
    expect(facts).toMatch(/provider billed \d+ calls, [\d,]+ tokens; customers are charged for/)
    expect(facts).toContain('broke in mid-stream')
    expect(facts).toContain('Every sum above agrees with the API.')
  })

  test('three receipts are told in words', () => {
    expect(first.text.match(/^rcpt_[\w-]+ {2}\w+: /gm)).toHaveLength(3)
  })
})

describe('what is left on the server', () => {
  test('the accounts have what was printed', async () => {
    const client = createClient({ baseUrl: stage.baseUrl, token: OPERATOR_TOKEN })
    for (const { id, name } of CAST) {
      const state = await client.accounts.state(id)
      expect(state).toMatchObject({ name, status: 'open', open_holds: 0 })
    }
    const capped = await client.accounts.state('acct_demo_dmitri')
    expect(Number(capped.caps[0]?.spent)).toBeLessThanOrEqual(5)
  })

  test('the keys are kept for the next start', () => {
    const { keys } = stage.kept() as { keys: Record<string, string> }
    const wanted = CAST.flatMap((member) => member.keys.map((key) => key.name))
    expect(Object.keys(keys).sort()).toEqual([...wanted].sort())
    for (const key of Object.values(keys)) expect(key).toMatch(/^ec_live_/)
  })
})

describe('the examples', () => {
  const run = async (file: string): Promise<string> => {
    const { keys } = stage.kept() as { keys: Record<string, string> }
    const env = { ...process.env, EVERYCENT_URL: stage.baseUrl, EVERYCENT_KEY: keys.ada }
    const { stdout } = await promisify(execFile)('node', [`examples/${file}`], { env })
    return stdout
  }

  test('with the official SDKs, through the gateway', async () => {
    const anthropic = await run('anthropic-sdk.mjs')
    expect(anthropic).toMatch(/everycent-cost: 0\.\d+\n.*included=0\.\d+;promotional=0;paid=0/)
    expect(anthropic).toMatch(/npx everycent receipt rcpt_/)
    const openai = await run('openai-sdk.mjs')
    expect(openai).toMatch(/covered by plan: \$0\.\d+\ncharged: +\$0\n/)
  })

  test('beside the gateway: authorize and settle', async () => {
    const text = await run('beside.mjs')
    expect(text).toMatch(/held: \$0\.\d+ of the plan, \$0 of credit/)
    expect(text).toContain('total: $0.00494, covered by plan: $0.00494')
  })
})

describe('the next start', () => {
  test(
    'replays nothing again, says how to see more, and its commands work as printed',
    async () => {
      const next = await stage.start({})
      expect(next.result).toEqual({ ok: true, problems: [], replayed: false })
      expect(next.text).toContain('npm start -- --calls 2000 replays more')
      const commands = next.text.match(/curl -i [\s\S]*?'(?=\n {2}curl|\n\n)/g) ?? []
      expect(commands).toHaveLength(2)
      for (const command of commands) {
        const { stdout } = await promisify(execFile)('sh', ['-c', command])
        expect(stdout).toMatch(/^HTTP\/1.1 200 OK/)
        expect(stdout).toMatch(/everycent-funding: included=0\.\d+;promotional=0;paid=0/)
      }
    },
    REPLAY_MS,
  )

  test(
    'with --check and nothing to replay, everything is checked once more',
    async () => {
      const again = await stage.start({ check: true })
      expect(again.result).toEqual({ ok: true, problems: [], replayed: false })
      expect(again.text.replace(/\s+/g, ' ')).toContain('Every sum above agrees with the API.')
    },
    REPLAY_MS,
  )

  test(
    'what is remembered of another database is not used',
    async () => {
      const kept = stage.kept() as { keys: Record<string, string> }
      const other = { ...kept, database: 'another', keys: { ada: 'ec_live_of_another' } }
      let written: unknown
      const memory = {
        read: () => other,
        write: (value: unknown) => {
          written = value
        },
      }
      const start = await stage.start({ memory })
      expect(start.result).toEqual({ ok: true, problems: [], replayed: false })
      expect(start.text).not.toContain('ec_live_of_another')
      expect((written as typeof kept).keys.ada).toMatch(/^ec_live_\w{20,}/)
    },
    REPLAY_MS,
  )

  test(
    'with --calls it replays the next calls of the traces',
    async () => {
      const more = await stage.start({ calls: 60, check: true })
      expect(more.result).toEqual({ ok: true, problems: [], replayed: true })
      const { replays } = stage.kept() as { replays: { next: object }[] }
      expect(replays.map((replay) => replay.next)).toEqual([
        { mooncake: 60, azure: 240 },
        { mooncake: 72, azure: 288 },
      ])
    },
    REPLAY_MS,
  )
})
