import { type Client, take } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, renderPairs, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'
import { words } from '../views/receipt-parts.ts'

const LISTED_MAX = 200

export const registerCases: Register = (program, bind) => {
  const cases = program.command('cases').description('what a person has to look at')
  withServer(cases.command('list', { isDefault: true }).description('open ones, the oldest first'))
    .option('--all', 'closed ones too')
    .option('--account <id>', 'only of this account')
    .action(bind(list))
  withServer(cases.command('show').description('a case with its steps').argument('<case>')).action(
    bind(show),
  )
  withServer(cases.command('note').description('note something in a case').argument('<case>'))
    .requiredOption('--words <words>', 'what was found')
    .action(bind((context, options, args) => step(context, options, ['noted', args[0] ?? ''])))
  withServer(cases.command('close').description('close a case').argument('<case>'))
    .requiredOption('--words <words>', 'what was done')
    .action(bind((context, options, args) => step(context, options, ['closed', args[0] ?? ''])))
}

type Case = Awaited<ReturnType<Client['cases']['get']>>

const list: Handler = async (context, options) => {
  const query = {
    ...(options.all !== true && { state: 'received' as const }),
    ...(typeof options.account === 'string' && { account_id: options.account }),
  }
  const items = await take(context.client().cases.list(query), LISTED_MAX)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('Nothing waits for a person.')
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'case', min: 12 },
          { title: 'since', drop: 1 },
          { title: 'account', min: 8, drop: 2 },
          { title: 'from', drop: 3 },
          { title: 'about', min: 10 },
          { title: 'state' },
        ],
        rows: items.map((own): Cell[] => [
          own.case_id,
          dateTimeZone(Date.parse(own.opened_at), context.clock),
          own.account_id ?? '',
          words(own.origin),
          words(own.subject),
          { text: words(own.state), tone: own.state === 'closed' ? 'muted' : 'strong' },
        ]),
      }),
    )
  return undefined
}

const show: Handler = async (context, _options, [id = '']) => {
  print(context, await context.client().cases.get(id))
  return undefined
}

async function step(
  context: Context,
  options: Readonly<Record<string, unknown>>,
  [kind, id]: readonly ['noted' | 'closed', string],
): Promise<undefined> {
  print(context, await context.client().cases.addStep(id, { kind, words: String(options.words) }))
  return undefined
}

function print(context: Context, own: Case): void {
  if (context.json) {
    context.printJson(own)
    return
  }
  const facts = Object.entries(own.facts).map(([name, value]): [string, Cell] => [
    words(name),
    sanitize(typeof value === 'string' ? value : JSON.stringify(value)),
  ])
  context.print([
    ...renderPairs(context.style, [
      ['case', own.case_id],
      ['account', own.account_id ?? 'none'],
      ['about', words(own.subject)],
      ['state', words(own.state)],
      ...facts,
    ]),
    '',
    ...own.events.map(
      ({ at, kind, actor, words: said }) =>
        `${dateTimeZone(Date.parse(at), context.clock)}  ${words(kind)} by ${sanitize(actor.id)}${said === null ? '' : `: ${sanitize(said)}`}`,
    ),
  ])
}
