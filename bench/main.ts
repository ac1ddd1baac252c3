import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { writeFlames } from './flame/index.ts'
import { HELP, type Options, parseOptions, type SectionName } from './options.ts'
import { BenchServer } from './postgres.ts'
import { sectionText } from './report.ts'
import { runRounds } from './rounds.ts'
import type { Bench, Section } from './section.ts'
import { accountsSection } from './sections/accounts.ts'
import { engineSection } from './sections/engine.ts'
import { explorerSection } from './sections/explorer.ts'
import { gatewaySection } from './sections/gateway.ts'
import { growthSection } from './sections/growth.ts'
import { holdsSection } from './sections/holds.ts'
import { profileInto, stopWorkers, workersEnded } from './workers.ts'

const RUN: Record<SectionName, (bench: Bench) => Promise<Section>> = {
  engine: engineSection,
  holds: holdsSection,
  accounts: accountsSection,
  gateway: gatewaySection,
  explorer: explorerSection,
  growth: growthSection,
}

interface Given {
  readonly argv: readonly string[]
  /** Of the repository. */
  readonly root: string
}

export async function main({ argv, root }: Given): Promise<void> {
  const options = parseOptions(argv)
  if (!options) {
    console.log(HELP)
    return
  }
  profileInto(options.cpuProfile)
  const server = await BenchServer.start(root, console.log)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stopWorkers()
      void server.stop().finally(() => process.exit(130))
    })
  try {
    const machine = machineOf(server)
    console.log(`${machine.cpus} × ${machine.cpu}, ${machine.memory_gb} GB; Node ${machine.node}`)
    const settings = Object.entries(server.settings).map(([name, value]) => `${name}=${value}`)
    console.log(`PostgreSQL ${machine.postgres}: ${settings.join(' ')}`)
    console.log(
      'node µs, PG µs: processor time for each, of the measured process and of PostgreSQL',
    )
    const started = new Date()
    const sections = await runSections(options, server)
    writeResults({ options, root, report: { date: started.toISOString(), machine, sections } })
    process.exitCode = sections.every(isSound) ? 0 : 1
  } finally {
    stopWorkers()
    await server.stop()
  }
  if (options.flame !== null) {
    await workersEnded()
    const names = writeFlames(options.flame, root)
    console.log(`Flame graphs of ${names.join(', ')}, and hottest.txt, in ${options.flame}`)
  }
}

/** Slow is no error; books that do not add up are. */
const isSound = (section: Section): boolean =>
  section.results.every(({ verdict }) => verdict === null || verdict.ok)

async function runSections(options: Options, server: BenchServer): Promise<Section[]> {
  const progress = progressOn(process.stderr)
  const bench: Bench = {
    options,
    server,
    progress,
    measure: (modes) => {
      const chosen = modes.filter(({ name }) => name.includes(options.mode ?? ''))
      return runRounds(chosen, options.rounds, progress)
    },
  }
  const sections: Section[] = []
  for (const name of options.only) {
    const section = await RUN[name](bench)
    progress('')
    sections.push(section)
    console.log(sectionText(section))
  }
  return sections
}

function progressOn(stream: NodeJS.WriteStream): (text: string) => void {
  return (text) => {
    if (stream.isTTY) stream.write(`\r\u001b[K${text}`)
  }
}

const GB = 2 ** 30

const machineOf = (server: BenchServer) => ({
  cpus: availableParallelism(),
  cpu: cpus()[0]?.model ?? 'unknown',
  memory_gb: Math.round(totalmem() / GB),
  /** Of the last minute, before the run: others on the machine. */
  load_before: loadavg()[0],
  node: process.versions.node,
  postgres: server.version,
  postgres_settings: server.settings,
  platform: `${process.platform} ${process.arch}`,
})

interface Results {
  readonly options: Options
  readonly root: string
  readonly report: {
    readonly date: string
    readonly sections: readonly Section[]
    readonly machine: object
  }
}

function writeResults({ options, root, report }: Results): void {
  const text = `${JSON.stringify({ options, ...report }, null, 2)}\n`
  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${report.date.replaceAll(':', '-').slice(0, 19)}.json`)
  for (const path of [file, ...(options.json === null ? [] : [options.json])])
    writeFileSync(path, text)
  console.log(`\nWritten to ${file}`)
}
