import { type Command, Option } from 'commander'
import { type Body, take } from '../../client/index.ts'
import { parseNanos } from '../../core/money/index.ts'
import type { Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { amount, collect, instantText, wholeNumber, withServer } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { type Cell, dateTimeZone, renderPairs, renderTable } from '../render/index.ts'
import { printEntry } from '../views/entry.ts'

const LISTED = 200
const LISTED_MAX = 100_000

export const registerAccounts: Register = (program, bind) => {
  const accounts = program.command('accounts').description('open, list and set up accounts')
  registerList(accounts, bind)
  registerCreate(accounts, bind)
  withServer(accounts.command('show').description('an account').argument('<id>')).action(bind(show))
  withServer(
    accounts
      .command('plan')
      .description('change the plan; credit never changes with it')
      .argument('<id>')
      .argument('<plan>', 'plan, with or without version: pro or pro@3'),
  ).action(
    bind(async (context, _options, [id = '', plan = '']) => {
      const entry = await context.client().accounts.changePlan(id, { plan })
      printEntry(context, entry, `The account has the plan ${entry.plan ?? plan} now.`)
      return undefined
    }),
  )
  registerControls(accounts, bind)
}

function registerList(accounts: Command, bind: Bind): void {
  withServer(accounts.command('list').description('all accounts, by id'))
    .option('-n, --limit <count>', 'how many', wholeNumber(1, LISTED_MAX), LISTED)
    .option('--find <text>', 'only those whose id or name has it')
    .action(
      bind(async (context, options) => {
        const limit = Number(options.limit)
        const query = {
          limit: Math.min(limit, 200),
          ...(typeof options.find === 'string' && { q: options.find }),
        }
        const items = await take(context.client().accounts.list(query), limit)
        if (context.json) context.printJson({ items })
        else {
          const rows = items.map((account): Cell[] => [
            account.account_id,
            account.name,
            dateTimeZone(Date.parse(account.created_at), context.clock),
          ])
          const columns = [
            { title: 'account' },
            { title: 'name', min: 8 },
            { title: 'opened', drop: 1 },
          ]
          context.print(
            rows.length === 0
              ? 'There are no accounts yet.'
              : renderTable(context.style, { columns, rows }),
          )
        }
        return undefined
      }),
    )
}

function registerCreate(accounts: Command, bind: Bind): void {
  withServer(accounts.command('create').description('open an account'))
    .requiredOption('--name <name>', 'what people call it')
    .requiredOption('--plan <plan>', 'plan, with or without version: pro or pro@3')
    .option('--currency <code>', 'ISO 4217 code', 'USD')
    .option('--id <id>', 'its id; one is made when left out')
    .option('--anchor <time>', 'from when cycles and calendar windows are counted', instantText)
    .action(
      bind(async (context, options) => {
        const body: Body<'openAccount'> = {
          name: String(options.name),
          plan: String(options.plan),
          currency: String(options.currency),
          ...(typeof options.id === 'string' && { account_id: options.id }),
          ...(typeof options.anchor === 'string' && { anchor: options.anchor }),
        }
        const entry = await context.client().accounts.open(body)
        printEntry(context, entry, `Opened the account ${entry.account_id}.`)
        return undefined
      }),
    )
}

const show: Handler = async (context, _options, [id = '']) => {
  const account = await context.client().accounts.get(id)
  if (context.json) context.printJson(account)
  else
    context.print(
      renderPairs(context.style, [
        ['account', { text: account.account_id, tone: 'strong' }],
        ['name', account.name],
        ['plan', account.plan],
        ['currency', account.currency],
        ['paid use', account.paid_use ? 'on' : 'off'],
        ['parked', account.parked ?? 'no'],
        ['opened', dateTimeZone(Date.parse(account.opened_at), context.clock)],
        ['anchor', dateTimeZone(Date.parse(account.anchor), context.clock)],
        ['seq', String(account.seq)],
      ]),
    )
  return undefined
}

function registerControls(accounts: Command, bind: Bind): void {
  withServer(
    accounts
      .command('controls')
      .description('paid use, overage and caps; charges nothing')
      .argument('<id>'),
  )
    .addOption(
      new Option('--paid-use <switch>', 'whether paid credit and overage may be drawn').choices([
        'on',
        'off',
      ]),
    )
    .option('--overage <amount>', 'the most that may be owed, or "none"', amountOrNone)
    .option(
      '--cap <scope/period=amount>',
      'such as account/cycle=50, key:key_1/day=5 or member:*/week/all=20; repeat',
      collect,
    )
    .option('--remove-cap <id>', 'repeat for more', collect)
    .option('--reason <text>', 'why, for the journal')
    .action(
      bind(async (context, options, [id = '']) => {
        const body = controlsOf(options)
        if (Object.keys(body).length === 0)
          throw usageError('Nothing is to be changed.', {
            next: 'Give --paid-use, --overage, --cap or --remove-cap; "everycent status" shows what is set.',
          })
        const entry = await context.client().accounts.setControls(id, body)
        printEntry(context, entry, 'The controls are set. Nothing was charged.')
        return undefined
      }),
    )
}

/** Commander turns a parsed `null` into an empty text, so that the word stays until it is sent. */
const amountOrNone = (text: string): string => (text === 'none' ? text : amount(text))

function controlsOf(options: Readonly<Record<string, unknown>>): Body<'setControls'> {
  const caps = (options.cap as string[] | undefined)?.map(parseCap)
  const removed = options.removeCap as string[] | undefined
  return {
    ...(options.paidUse !== undefined && { paid_use: options.paidUse === 'on' }),
    ...(typeof options.overage === 'string' && {
      overage_limit: options.overage === 'none' ? null : options.overage,
    }),
    ...(caps !== undefined && { caps }),
    ...(removed !== undefined && { remove_caps: removed }),
    ...(typeof options.reason === 'string' && { reason: options.reason }),
  }
}

type CapBody = NonNullable<Body<'setControls'>['caps']>[number]

const CAP =
  /^(account|member|key|project|model)(?::(.+))?\/(call|session|day|week|cycle|lifetime)(?:\/(money|paid|all))?=(.+)$/

/** `account/cycle=50`, `key:key_1/day=5`, `model:claude-*` + `/call/paid=0.5`. */
export function parseCap(text: string): CapBody {
  const [, scope, scopeId, period, counts, limit = ''] = CAP.exec(text) ?? []
  const value = parseNanos(limit)
  const scoped = scope === 'account' ? scopeId === undefined : scopeId !== undefined
  if (scope === undefined || value === undefined || value < 0n || !scoped)
    throw usageError(`${JSON.stringify(text)} is not a cap.`, {
      next: 'Write account/cycle=50, key:key_1/day=5 or member:anna/week/paid=20; periods are call, session, day, week, cycle, lifetime.',
    })
  return {
    scope: scope as CapBody['scope'],
    period: period as CapBody['period'],
    amount: limit,
    ...(scopeId !== undefined && { scope_id: scopeId }),
    ...(counts !== undefined && { counts: counts as 'money' | 'paid' | 'all' }),
  }
}
