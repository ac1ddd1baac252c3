import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, createClient, take } from '../../../src/client/index.ts'
import { CAST } from '../../../src/demo/run/cast.ts'
import { run as runCommand, temporaryFolder } from '../../cli/support/run.ts'
import { freshDatabase } from '../../support/database.ts'
import { COLUMNS, OPERATOR_TOKEN, openStage, type Stage, type Start } from './stage.ts'

const CALLS = 300
const SEED = 7
const REPLAY_MS = 120_000

const CARLA = 'acct_demo_carla'

let stage: Stage
let first: Start
let client: Client

beforeAll(async () => {
  const database = await freshDatabase()
  stage = await openStage(database.url, SEED)
  first = await stage.start({ calls: CALLS, check: true })
  client = createClient({ baseUrl: stage.baseUrl, token: OPERATOR_TOKEN })
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
    expect(first.text.split('\n').filter((line) => line.length > COLUMNS)).toEqual([])
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

describe('the way of one account', () => {
  /** Of the printed section, its lines with their figures left out. */
  const steps = (): string[] => {
    const [, way = ''] = first.text.split('The way of one account: Carla\n')
    const rows = way.split('\nagreed to')[0]?.split('\n').slice(2) ?? []
    return rows.map((row) =>
      row
        .replace(/[$\d.:+]/g, '')
        .replace(/ +/g, ' ')
        .trim(),
    )
  }

  test('is told stage by stage, in the order of the journal', () => {
    const told = steps().filter((step) => !step.includes('exhausted'))
    expect(told.map((step) => step.replace(/^calls? /, ''))).toEqual([
      'paid use on, at most a cycle',
      'from the plan’s window',
      'claimed “Autumn credit”',
      'previewed and bought tax ( %)',
      'agreed to auto-reload below',
      'from “Autumn credit”',
      'from “Top-up”',
      'auto-reload bought tax ( %)',
      'from “Auto-reload”',
      'refused cap reached',
    ])
  })

  test('each lot is bought once, taxed by the country of the card, and within its limits', async () => {
    const items = await take(client.purchases.list(CARLA))
    expect(items.map(({ kind, status, tax_rate }) => [kind, status, tax_rate]).sort()).toEqual([
      ['auto_reload', 'credited', '0.19'],
      ['top_up', 'credited', '0.19'],
    ])
    const reload = await client.autoReload.get(CARLA)
    const charged = Number(reload.charged_this_month)
    expect(charged).toBe(Number(items.find(({ kind }) => kind === 'auto_reload')?.total))
    expect(charged).toBeLessThanOrEqual(Number(reload.terms?.max_per_day))
    expect(reload).toMatchObject({ due: false, waits_for: 'enough' })
  })

  test('the cap is not passed, and the sentences are those of the journal', async () => {
    const { caps } = await client.accounts.state(CARLA)
    expect(Number(caps[0]?.spent)).toBeLessThanOrEqual(Number(caps[0]?.amount))
    const prose = first.text.replace(/\s+/g, ' ')
    const agreed = client.accounts.entries(CARLA, { kind: 'set_auto_reload' })
    for await (const { consent } of agreed) expect(prose).toContain(`agreed to “${consent?.text}”`)
    expect(prose).toMatch(
      /was told “Stopped by the cap of the account .* Nothing was charged\. Resets in .* An owner of the account can change this\. .* Receipt: rcpt_\S+\.”/,
    )
  })
})

describe('the campaign', () => {
  test('gives credit once to each, and refuses it with the reasons', async () => {
    const [, section = ''] = first.text.split('The campaign “Autumn credit”\n')
    const rows = section.match(/^(?:Ada|Bruno|Carla|Dmitri|Farah|Grete) .*$/gm)
    expect(rows?.map((row) => row.replace(/ {2,}/g, ' ').replace(/\$\S+|\d.*/g, '…'))).toEqual([
      'Ada over - until …',
      'Bruno not eligible - paid use: off',
      'Carla claimed … entry …',
      'Dmitri claimable - told, and has not asked',
      'Farah not eligible - plan: free; paid use: off',
      'Grete exhausted - no place is left in the wave max_…',
    ])
    const funnel = await client.campaigns.funnel('autumn_credit')
    expect(funnel).toMatchObject({ told: 4, claimed: 2, granted: 2, first_use: 2 })
  })
})

describe('what was told', () => {
  test('is in the alert log, came by webhook with a right signature, and nobody listens any more', async () => {
    const kinds = new Set<string>()
    for await (const { kind } of client.alerts.list(CARLA)) kinds.add(kind)
    expect([...kinds]).toEqual(
      expect.arrayContaining(['window_level', 'paid_use_started', 'cap_changed', 'cap_level']),
    )
    expect(first.text.replace(/\s+/g, ' ')).toMatch(
      /[1-9]\d* webhooks of Carla came, each with a right signature\./,
    )
    expect((await client.alerts.endpoints(CARLA)).items).toEqual([])
  })
})

describe('what is left on the server', () => {
  test('the accounts have what was printed', async () => {
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

/** The `npx everycent …` lines of a text that ask the server; comments are cut off. */
const commandsIn = (text: string): string[][] =>
  [...text.matchAll(/^ *npx everycent ([^\n#]*)/gm)]
    .map(([, words = '']) => words.trim().split(/ +/))
    .filter(([name = '']) => !['verify', 'doctor'].includes(name))

/** What went wrong with any of them, one after the other in one folder. */
async function failing(commands: readonly string[][]): Promise<string[]> {
  const env = { EVERYCENT_URL: stage.baseUrl, EVERYCENT_TOKEN: OPERATOR_TOKEN }
  const cwd = temporaryFolder()
  const failed: string[] = []
  for (const command of commands) {
    const { code, err } = await runCommand(command, { env, cwd })
    if (code !== 0) failed.push(`${command.join(' ')}: ${err}`)
  }
  return failed
}

describe('the tour of the README', () => {
  test('works with the accounts of the demo as it is printed', async () => {
    const [, tour = ''] = readFileSync('README.md', 'utf8').split('## On the command line')
    const block = tour.match(/```sh\n[\s\S]*?```/)?.[0] ?? ''
    expect(commandsIn(block).length).toBeGreaterThan(9)
    expect(await failing(commandsIn(block))).toEqual([])
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
      expect(commandsIn(next.text)).toHaveLength(8)
      expect(await failing(commandsIn(next.text))).toEqual([])
    },
    REPLAY_MS,
  )

  test(
    'with --check and nothing to replay, everything is checked once more, and nothing is bought or claimed',
    async () => {
      const before = await client.accounts.state(CARLA)
      const again = await stage.start({ check: true })
      const after = await client.accounts.state(CARLA)
      expect([after.seq, after.lots]).toEqual([before.seq, before.lots])
      expect(again.result).toEqual({ ok: true, problems: [], replayed: false })
      expect(again.text.replace(/\s+/g, ' ')).toContain('Every sum above agrees with the API.')
    },
    REPLAY_MS,
  )

  test.each([48, 60, 120])(
    'the report fits a screen of %d columns',
    async (columns) => {
      const { text } = await stage.start({ check: true }, columns)
      const [, report = ''] = text.split(' ...\n')
      expect(report).toContain('The way of one account: Carla')
      expect(report.split('\n').filter((line) => line.length > columns)).toEqual([])
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
    'with --calls it replays the next calls of the traces, and buys nothing again',
    async () => {
      const more = await stage.start({ calls: 60, check: true })
      expect(more.result).toEqual({ ok: true, problems: [], replayed: true })
      expect(await take(client.purchases.list(CARLA))).toHaveLength(2)
      const { replays } = stage.kept() as { replays: { next: object }[] }
      expect(replays.map((replay) => replay.next)).toEqual([
        { mooncake: 60, azure: 240 },
        { mooncake: 72, azure: 288 },
      ])
    },
    REPLAY_MS,
  )
})
