import { type Answer, take } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { EXIT } from '../exit.ts'
import { instantText, wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, count, dateTimeZone, renderTable, sanitize } from '../render/index.ts'

const LISTED_MAX = 1_000

export const registerAuditLog: Register = (program, bind) => {
  withServer(
    program.command('audit-log').description('who of the operator’s people did what, and to whom'),
  )
    .option('--actor <id>', 'staff id, or id of an operator token')
    .option('--operation <name>', 'an operation of the API')
    .option('--subject <name>', 'what it is about, such as "Price books"')
    .option('-a, --account <id>', 'only about this account')
    .option('--from <time>', 'not before', instantText)
    .option('--to <time>', 'before', instantText)
    .option('--limit <n>', 'at most so many', wholeNumber(1, LISTED_MAX), 50)
    .action(bind(auditLog))
}

export const registerVerifyRuns: Register = (program, bind) => {
  const runs = program
    .command('verify-runs')
    .description('verify on the server, in the background: list runs, start one, read one')
  withServer(runs.command('list').description('the latest first')).action(bind(list))
  withServer(runs.command('start').description('check every account, or one; reads only'))
    .option('-a, --account <id>', 'only this account')
    .action(bind(start))
  withServer(
    runs.command('show').description('how far a run is, and what it found').argument('<run>'),
  ).action(bind(show))
}

type Order = Answer<'listOrders'>['items'][number]
type Run = Answer<'getVerifyRun'>

const texts = (options: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(
    names.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : [])),
  )

const auditLog: Handler = async (context, options) => {
  const { account } = options
  const query = {
    ...texts(options, ['actor', 'operation', 'subject', 'from', 'to']),
    ...(typeof account === 'string' && { account_id: account }),
  }
  const items = await take(context.client().auditLog.list(query), Number(options.limit))
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('Nobody has ordered anything of this kind.')
  else context.print(orderLines(items, context))
  return undefined
}

const TONES = { done: 'plain', refused: 'warn', failed: 'bad', unanswered: 'warn' } as const

const orderLines = (items: readonly Order[], context: Context): string[] =>
  renderTable(context.style, {
    columns: [
      { title: 'when' },
      { title: 'who', min: 8 },
      { title: 'what', min: 12 },
      { title: 'account', drop: 1 },
      { title: '', drop: 3, min: 10 },
      { title: 'outcome', drop: 2 },
    ],
    rows: items.map((order): Cell[] => [
      dateTimeZone(Date.parse(order.at), context.clock),
      order.actor.name ?? order.actor.id,
      order.operation,
      order.account_id ?? '',
      Object.entries(order.facts)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(' '),
      { text: order.code ?? order.outcome, tone: TONES[order.outcome] },
    ]),
  })

const list: Handler = async (context) => {
  const items = await take(context.client().verify.list(), LISTED_MAX)
  if (context.json) context.printJson({ items })
  else if (items.length === 0)
    context.print(['There was no run yet.', 'Start one: everycent verify-runs start'])
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'run' },
          { title: 'state' },
          { title: 'started' },
          { title: 'accounts', align: 'right' },
          { title: 'by', drop: 1 },
        ],
        rows: items.map((run): Cell[] => [
          run.run_id,
          { text: run.state, tone: RUN_TONES[run.state] },
          dateTimeZone(Date.parse(run.started_at), context.clock),
          `${count(run.accounts_done)} of ${count(run.accounts_total)}`,
          run.started_by,
        ]),
      }),
    )
  return undefined
}

const RUN_TONES = { running: 'plain', passed: 'ok', failed: 'bad', stopped: 'warn' } as const

const start: Handler = async (context, options) => {
  const { account } = options
  const run = await context
    .client()
    .verify.start(typeof account === 'string' ? { account_id: account } : {})
  if (context.json) context.printJson(run)
  else
    context.print([
      `Started ${sanitize(run.run_id)} over ${count(run.accounts_total)} accounts.`,
      `See it: everycent verify-runs show ${sanitize(run.run_id)}`,
    ])
  return undefined
}

const show: Handler = async (context, _options, [id = '']) => {
  const run = await context.client().verify.get(id)
  if (context.json) context.printJson(run)
  else context.print(runLines(run))
  return run.state === 'failed' ? EXIT.difference : EXIT.ok
}

function runLines({ state, report, ...run }: Run): string[] {
  const done = `${count(run.accounts_done)} of ${count(run.accounts_total)} accounts`
  if (!report)
    return [
      state === 'running'
        ? `It runs: ${done}.`
        : `It was stopped after ${done}, and says nothing of the others.`,
    ]
  if (report.first)
    return [
      `Something is not true in account ${sanitize(report.first.account_id)} at seq ${count(report.first.seq)}:`,
      sanitize(report.first.message),
    ]
  return [`${done}, ${count(report.entries)} entries: every nano is accounted for.`]
}
