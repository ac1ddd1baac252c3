import type pg from 'pg'
import { ArchiveProblem } from '../../store/archive/problem.ts'
import { accountIdsAfter } from '../../store/statements/housekeeping.ts'
import { rebuildHours } from '../../store/usage/rebuild-hours.ts'
import { type VerifyReport, verify } from '../../store/verify/index.ts'
import type { Context, Handler } from '../context.ts'
import { CliError, EXIT } from '../exit.ts'
import { styleFor } from '../io.ts'
import { type Cell, count, createProgress, mark, renderTable, sanitize } from '../render/index.ts'
import { withDatabase } from './database.ts'
import { configFor } from './settings.ts'

/** The invariant of sums that are only shown. */
const USAGE_BY_HOUR = 24
const PAGE_ACCOUNTS = 200

/** Replays every journal and compares it with what is stored. */
export const verifyCommand: Handler = async (context, options) => {
  const config = configFor(context.io, options)
  const accountId = typeof options.account === 'string' ? options.account : undefined
  const { report, rebuilt } = await withDatabase(config, 'everycent verify', async (pool) => ({
    rebuilt: options.rebuildUsage === true ? await rebuildUsage(pool, accountId) : null,
    report: await runVerify(context, pool, accountId),
  }))
  if (accountId !== undefined && report.entries === 0)
    throw new CliError(`There is no account ${accountId} in this database.`, {
      next: '"everycent accounts list" shows them.',
      code: 'account_unknown',
    })
  if (context.json)
    context.printJson({ ...report, ...(rebuilt !== null && { usage_hours_rebuilt: rebuilt }) })
  else
    context.print([
      ...(rebuilt === null ? [] : [`${count(rebuilt)} sums of usage by hour were made right.`, '']),
      ...verifyLines(report, context),
    ])
  return report.ok ? EXIT.ok : EXIT.difference
}

/** Returns how many rows were wrong. An account whose archived bodies cannot be read is left to what verify says. */
async function rebuildUsage(pool: pg.Pool, only: string | undefined): Promise<number> {
  let rebuilt = 0
  for (let after = ''; ; ) {
    const ids = only === undefined ? await accountIdsAfter(pool, after, PAGE_ACCOUNTS) : [only]
    for (const id of ids)
      rebuilt += await rebuildHours(pool, id).catch((error: unknown) => {
        if (error instanceof ArchiveProblem) return 0
        throw error
      })
    if (ids.length < PAGE_ACCOUNTS) return rebuilt
    after = ids.at(-1) ?? after
  }
}

async function runVerify(
  context: Context,
  pool: Parameters<typeof verify>[0],
  accountId: string | undefined,
): Promise<VerifyReport> {
  const { rows } = await pool.query<{ accounts: string; entries: string }>(
    `select count(*)::text as accounts, coalesce(sum(seq), 0)::text as entries
     from accounts.account where $1::text is null or account_id = $1::text`,
    [accountId ?? null],
  )
  const progress = createProgress(context.io.stderr, styleFor(context.io, context.io.stderr), {
    label: 'entries',
    total: Number(rows[0]?.entries ?? 0),
    now: () => context.io.now(),
  })
  const report = await verify(pool, {
    ...(accountId !== undefined && { accountId }),
    onProgress: ({ accounts, entries }) => progress.update(entries, `${count(accounts)} accounts`),
  })
  progress.finish(`${count(report.accounts)} accounts`)
  return report
}

function verifyLines(report: VerifyReport, context: Pick<Context, 'style'>): string[] {
  const { style } = context
  const rows = report.checks.map((check): Cell[] => [
    String(check.invariant),
    check.name,
    count(check.checked),
    { text: count(check.failed), tone: check.failed > 0 ? 'bad' : 'plain' },
  ])
  const table = renderTable(style, {
    columns: [
      { title: '#', align: 'right' },
      { title: 'invariant', min: 20 },
      { title: 'checked', align: 'right' },
      { title: 'failed', align: 'right' },
    ],
    rows,
  })
  return [...table, '', ...verdictLines(report, context)]
}

function verdictLines(report: VerifyReport, { style }: Pick<Context, 'style'>): string[] {
  const { accounts, entries, archived, postings, open_holds, first } = report
  const fromArchive = archived > 0 ? ` (${count(archived)} of them from the archive)` : ''
  const counted = `${count(accounts)} accounts, ${count(entries)} entries${fromArchive}, ${count(postings)} postings, ${count(open_holds)} open holds`
  if (first !== null)
    return [
      `${mark(style, 'bad')}  ${counted}`,
      first.account_id === '' && first.invariant === 23
        ? 'The first difference is in the archive (invariant 23):'
        : first.account_id === ''
          ? `The first difference is in the log of sealed heads at size ${count(first.seq)} (invariant ${first.invariant}):`
          : `The first difference is in account ${sanitize(first.account_id)} at seq ${count(first.seq)} (invariant ${first.invariant}):`,
      sanitize(first.message),
      first.invariant === USAGE_BY_HOUR
        ? 'No charge is made from these sums. "everycent verify --rebuild-usage" makes them anew from the journal.'
        : 'Nothing was changed. Stop charging this account, and keep the database as it is for the search.',
    ]
  if (entries === 0) return ['There is nothing to verify yet: no account has an entry.']
  return [`${mark(style, 'ok')}  ${counted}: every nano is accounted for.`]
}
