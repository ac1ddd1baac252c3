import type pg from 'pg'
import type { Config } from '../../config.ts'
import { archiveOld } from '../../jobs/archive.ts'
import { ArchiveProblem } from '../../store/archive/problem.ts'
import { restoreBodies } from '../../store/archive/restore.ts'
import {
  archivedAccounts,
  forgetCursors,
  type KnownFile,
  knownFiles,
} from '../../store/archive/segments.ts'
import { type CheckedFile, checkFiles } from '../../store/verify/archive.ts'
import type { Context, Handler } from '../context.ts'
import { CliError, EXIT, usageError } from '../exit.ts'
import { type Cell, count, mark, renderTable, sanitize } from '../render/index.ts'
import { withDatabase } from './database.ts'
import { configFor } from './settings.ts'

const NAME = 'everycent archive'
const PAGE = 500

/** Archives now what the job would archive in its next round. */
export const archiveRun: Handler = async (context, options) => {
  const config = configFor(context.io, options)
  needDirectory(config)
  const { afterDays } = config.archive
  if (afterDays === 0)
    throw new CliError('archive.after_days is 0: nothing is to be archived.', {
      next: 'Set archive.after_days (EVERYCENT_ARCHIVE_AFTER_DAYS) to 36 or more.',
      code: 'archive_off',
    })
  const report = await withDatabase(config, NAME, async (pool) => {
    if (options.again === true) await forgetCursors(pool)
    return archiveOld(pool, { afterDays, nowMs: context.io.now() }, { filesMax: Infinity })
  })
  if (context.json) context.printJson(report)
  else if (report.entries === 0)
    context.print([
      `Nothing to archive: no call is older than ${afterDays} days and final.`,
      ...(report.waiting > 0 ? [stayed(report.waiting)] : []),
    ])
  else
    context.print([
      `${mark(context.style, 'ok')}  ${count(report.entries)} bodies are in ${count(report.files)} files now.`,
      `${count(report.bodyBytes)} bytes left the database, the files have ${count(report.bytes)}.`,
      'PostgreSQL gives the room to new entries after its next vacuum.',
      ...(report.waiting > 0 ? [stayed(report.waiting)] : []),
    ])
  return EXIT.ok
}

const stayed = (calls: number): string =>
  `${count(calls)} had to stay (a price, usage, an attempt or a case is open); they are looked at again each day.`

export const archiveList: Handler = async (context, options) => {
  const config = configFor(context.io, options)
  const accountId = accountOf(options)
  const files = await withDatabase(config, NAME, async (pool) => {
    const all: KnownFile[] = []
    for (let after = ''; ; ) {
      const page = { after, limit: PAGE, ...(accountId !== undefined && { accountId }) }
      const next = await knownFiles(pool, page)
      all.push(...next)
      const last = next.at(-1)
      if (!last || next.length < PAGE) return all
      after = last.file
    }
  })
  if (context.json) context.printJson({ files })
  else if (files.length === 0) context.print('Nothing is archived.')
  else context.print(fileTable(files, context))
  return EXIT.ok
}

/** Reads every file, and names each that is not as it was written. */
export const archiveVerify: Handler = async (context, options) => {
  const config = configFor(context.io, options)
  needDirectory(config)
  const files = await withDatabase(config, NAME, async (pool) => {
    const all: CheckedFile[] = []
    for await (const file of checkFiles(pool, accountOf(options))) all.push(file)
    return all
  })
  const bad = files.filter(({ fault }) => fault !== null)
  if (context.json) context.printJson({ ok: bad.length === 0, files })
  else context.print(verdict(files, bad, context))
  return bad.length === 0 ? EXIT.ok : EXIT.difference
}

export const archiveRestore: Handler = async (context, options, [accountId]) => {
  if ((accountId === undefined) === (options.all !== true))
    throw usageError('Name an account, or say --all.', {
      next: '"everycent archive list -a ID" shows what an account has in the archive.',
    })
  const config = configFor(context.io, options)
  needDirectory(config)
  const restored = await withDatabase(config, NAME, (pool) => restore(pool, accountId))
  if (context.json) context.printJson({ restored })
  else
    context.print([
      `${mark(context.style, 'ok')}  ${count(restored)} bodies are in the database again.`,
      'They stay there: "everycent archive run --again" would archive them once more.',
    ])
  return EXIT.ok
}

async function restore(pool: pg.Pool, accountId: string | undefined): Promise<number> {
  try {
    if (accountId !== undefined) return await restoreBodies(pool, accountId)
    let restored = 0
    for (let after = ''; ; ) {
      const page = await archivedAccounts(pool, { after, limit: PAGE })
      for (const own of page) restored += await restoreBodies(pool, own)
      const last = page.at(-1)
      if (last === undefined) return restored
      after = last
    }
  } catch (error) {
    if (!(error instanceof ArchiveProblem)) throw error
    throw new CliError(`${error.message}.`, {
      why: 'Bodies that were put back before stay back; nothing else was changed.',
      next: error.next,
      code: 'archive_unavailable',
      cause: error,
    })
  }
}

function needDirectory(config: Config): void {
  if (config.archive.directory !== undefined) return
  throw new CliError('No directory is set for the archive.', {
    next: 'Set archive.directory (EVERYCENT_ARCHIVE_DIRECTORY).',
    code: 'archive_off',
  })
}

const accountOf = (options: Readonly<Record<string, unknown>>): string | undefined =>
  typeof options.account === 'string' ? options.account : undefined

function fileTable(files: readonly KnownFile[], { style }: Pick<Context, 'style'>): string[] {
  return renderTable(style, {
    columns: [
      { title: 'file', min: 20 },
      { title: 'accounts', align: 'right' },
      { title: 'entries', align: 'right' },
      { title: 'bytes', align: 'right' },
      { title: 'of bodies', align: 'right' },
      { title: 'sha256' },
    ],
    rows: files.map((own): Cell[] => [
      own.file,
      count(own.accounts),
      count(own.entries),
      count(own.bytes),
      count(own.body_bytes),
      own.sha256,
    ]),
  })
}

function verdict(
  files: readonly CheckedFile[],
  bad: readonly CheckedFile[],
  { style }: Pick<Context, 'style'>,
): string[] {
  if (files.length === 0) return ['Nothing is archived.']
  const entries = files.reduce((sum, own) => sum + own.entries, 0)
  if (bad.length === 0)
    return [
      `${mark(style, 'ok')}  ${count(files.length)} files with ${count(entries)} bodies: each is as it was written.`,
      '"everycent verify" reads the bodies themselves, and holds them against the chain.',
    ]
  return [
    `${mark(style, 'bad')}  ${count(bad.length)} of ${count(files.length)} files are not as they were written:`,
    ...bad.map((own) => sanitize(`${own.file}: ${own.fault}`)),
    'Nothing was changed. Bring them back from your backup; sha256 in "everycent archive list" tells the right ones.',
  ]
}
