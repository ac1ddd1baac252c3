import { Option } from 'commander'
import { type Body, take } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { instantText, withAccount } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, money, renderTable } from '../render/index.ts'
import { disputeLines } from '../views/case.ts'
import { words } from '../views/receipt-parts.ts'

const LISTED_MAX = 200
const language = (): Option =>
  new Option('-l, --lang <language>', 'of the letters').choices(['en', 'ja'])

export const registerDispute: Register = (program, bind) => {
  const dispute = program
    .command('dispute')
    .description('object to a charge, and see what becomes of it')
  const sub = (name: string, description: string) =>
    withAccount(dispute.command(name).description(description))
  sub('open', 'object to calls, to a period or to a purchase')
    .argument('[calls...]', 'call ids')
    .option('--from <time>', 'every call from then on', instantText)
    .option('--until <time>', 'and before then', instantText)
    .option('--payment <id>', 'a purchase')
    .requiredOption('--words <words>', 'what is wrong')
    .option('--wants <words>', 'what would make it right')
    .option('--key <id>', 'of this request: sent again, it opens no second case')
    .addOption(language())
    .action(bind(open))
  sub('list', 'all of the account').action(bind(list))
  sub('show', 'where one stands').argument('<case>').addOption(language()).action(bind(show))
  sub('accept', 'take what is offered')
    .argument('<case>')
    .action(bind(done((client, account, id) => client.disputes.accept(account, id))))
  sub('withdraw', 'take a dispute back')
    .argument('<case>')
    .action(bind(done((client, account, id) => client.disputes.withdraw(account, id))))
  sub('write', 'write to whoever works on it')
    .argument('<case>')
    .requiredOption('--words <words>')
    .action(
      bind(
        done((client, account, id, said) => client.disputes.write(account, id, { words: said })),
      ),
    )
  sub('appeal', 'object to a decision; somebody else decides anew')
    .argument('<case>')
    .requiredOption('--words <words>', 'why')
    .action(
      bind(
        done((client, account, id, said) => client.disputes.appeal(account, id, { words: said })),
      ),
    )
  sub('person', 'ask for a person')
    .argument('[case]', 'a case that is open')
    .requiredOption('--words <words>', 'what it is about')
    .addOption(language())
    .action(bind(person))
}

type Options = Readonly<Record<string, unknown>>
type Act = (
  client: ReturnType<Context['client']>,
  account: string,
  caseId: string,
  said: string,
) => Promise<Parameters<typeof disputeLines>[0]>

const done =
  (act: Act): Handler =>
  async (context, options, [id = '']) => {
    const client = context.client()
    const account = await chosenAccount(client, context.io, options)
    const own = await act(client, account, id, String(options.words ?? ''))
    return print(context, account, own)
  }

type Dispute = Parameters<typeof disputeLines>[0]

/** What was done answers with the letter in UTC: for people it is read again, in their own zone. */
async function print(context: Context, account: string, own: Dispute): Promise<undefined> {
  if (context.json) context.printJson(own)
  else {
    const query = { time_zone: context.clock.timeZone }
    const told =
      own.letter.length === 0
        ? own
        : await context.client().disputes.get(account, own.case_id, query)
    context.print(disputeLines(told, context))
  }
}

const open: Handler = async (context, options, args) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const body = {
    about: aboutIn(options, args[0] as unknown as readonly string[]),
    words: String(options.words),
    ...(typeof options.wants === 'string' && { wants: options.wants }),
    ...languageIn(options),
  } as Body<'openDispute'>
  const key = typeof options.key === 'string' ? { idempotencyKey: options.key } : {}
  return print(context, account, await client.disputes.open(account, body, key))
}

const languageIn = ({ lang }: Options) =>
  typeof lang === 'string' ? { language: lang as 'en' | 'ja' } : {}

function aboutIn(options: Options, calls: readonly string[]): Body<'openDispute'>['about'] {
  const { from, until, payment } = options
  const given = [calls.length > 0, from !== undefined || until !== undefined, payment !== undefined]
  if (given.filter(Boolean).length !== 1)
    throw usageError('What it is about is not clear.', {
      why: 'It is about calls, or about a period, or about a purchase: one of them.',
      next: 'Name call ids, or --from with --until, or --payment.',
    })
  if (typeof payment === 'string') return { payment_id: payment }
  if (calls.length > 0) return { calls: [...calls] }
  if (typeof from !== 'string' || typeof until !== 'string')
    throw usageError('The period is not complete.', { next: 'Give both --from and --until.' })
  return { period: { from, until } }
}

const list: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const items = await take(client.disputes.list(account), LISTED_MAX)
  if (context.json) context.printJson({ items })
  else if (items.length === 0)
    context.print(['No disputes.', 'Look for errors yourself: everycent check ACCOUNT'])
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'case' },
          { title: 'since', drop: 1 },
          { title: 'about', align: 'right' },
          { title: 'state' },
          { title: 'due', drop: 2 },
        ],
        rows: items.map((own): Cell[] => [
          own.case_id,
          dateTimeZone(Date.parse(own.opened_at), context.clock),
          own.amount === null ? '' : money(own.amount, own.currency ?? ''),
          words(own.state),
          own.due_at === null ? '' : dateTimeZone(Date.parse(own.due_at), context.clock),
        ]),
      }),
    )
  return undefined
}

const show: Handler = async (context, options, [id = '']) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const { lang } = options
  const own = await client.disputes.get(account, id, {
    time_zone: context.clock.timeZone,
    ...(typeof lang === 'string' && { lang: lang as 'en' | 'ja' }),
  })
  if (context.json) context.printJson(own)
  else context.print(disputeLines(own, context))
  return undefined
}

const person: Handler = async (context, options, [id]) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const body = {
    words: String(options.words),
    ...(id !== undefined && { case_id: id }),
    ...languageIn(options),
  }
  return print(context, account, await client.disputes.askForPerson(account, body))
}
