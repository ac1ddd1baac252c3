import { Option } from 'commander'
import { type Body, type Client, take } from '../../client/index.ts'
import { TIERS } from '../../core/cases/types.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { withServer } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { type Cell, dateTimeZone, money, renderTable } from '../render/index.ts'
import { caseLines } from '../views/case.ts'
import { words } from '../views/receipt-parts.ts'
import { registerCaseFiles } from './case-files.ts'

const LISTED_MAX = 200
const VIEWS = ['mine', 'unassigned', 'breaching', 'escalated', 'approvals', 'to_sample'] as const

export const registerCases: Register = (program, bind) => {
  withServer(
    program.command('cases').description('what a person has to look at; what is due first'),
  )
    .addOption(new Option('--view <view>', 'which').choices(VIEWS))
    .option('--all', 'ended ones too')
    .option('--account <id>', 'only of this account')
    .action(bind(list))
  withServer(
    program.command('sampling').description('how often people agree with automatic decisions'),
  ).action(bind(sampling))
}

export type Sub = (name: string, description: string) => ReturnType<typeof withServer>

export const registerCase: Register = (program, bind) => {
  const group = program.command('case').description('work on one case')
  const sub: Sub = (name, description) =>
    withServer(group.command(name).description(description).argument('<case>'))
  sub('show', 'all about it, with its steps').action(bind(does(({ cases }, id) => cases.get(id))))
  registerCaseFiles(sub, bind)
  registerTalk(sub, bind)
  registerDecisions(sub, bind)
}

function registerTalk(sub: Sub, bind: Bind): void {
  sub('take', 'it is yours').action(bind(does(({ cases }, id) => cases.take(id))))
  sub('assign', 'give it to somebody; without --to, to nobody')
    .option('--to <staff>')
    .action(bind(does(({ cases }, id, { to }) => cases.assign(id, { staff_id: text(to) ?? null }))))
  sub('note', 'note something; the account does not see it')
    .requiredOption('--words <words>')
    .action(
      bind(does(({ cases }, id, own) => cases.addStep(id, { kind: 'noted', words: said(own) }))),
    )
  sub('reply', 'write to the account')
    .option('--words <words>')
    .option('--macro <id>', 'a reply that is written once')
    .action(bind(does(({ cases }, id, own) => cases.reply(id, replyIn(own)))))
  sub('escalate', 'hand it over')
    .addOption(new Option('--tier <tier>', 'to whom').choices(TIERS).makeOptionMandatory())
    .requiredOption('--words <words>', 'why')
    .action(
      bind(
        does(({ cases }, id, own) =>
          cases.escalate(id, { tier: own.tier as (typeof TIERS)[number], words: said(own) }),
        ),
      ),
    )
  sub('merge', 'end it in favour of another one of the account')
    .requiredOption('--into <case>')
    .action(bind(does(({ cases }, id, { into }) => cases.merge(id, { into: String(into) }))))
  sub('close', 'close it; a dispute is decided instead')
    .requiredOption('--words <words>', 'what was done')
    .action(
      bind(does(({ cases }, id, own) => cases.addStep(id, { kind: 'closed', words: said(own) }))),
    )
  sub('reopen', 'open it again')
    .requiredOption('--words <words>', 'why')
    .action(bind(does(({ cases }, id, own) => cases.reopen(id, { words: said(own) }))))
}

function registerDecisions(sub: Sub, bind: Bind): void {
  sub('refund', 'give back, within your limits at once, above them with a second person')
    .argument('[calls...]', 'call ids, each with =AMOUNT for a part of it')
    .option('--payment <id>', 'a purchase instead: what is unused of it')
    .requiredOption('--reason <code>', 'one of the policy; "everycent support-policy" lists them')
    .option('--words <words>', 'for the letter')
    .action(bind(does(({ cases }, id, own, args) => cases.refund(id, refundIn(own, args)))))
  sub('approve', 'agree to a refund that waits for a second person').action(
    bind(does(({ cases }, id) => cases.approve(id))),
  )
  sub('deny', 'refuse a refund that waits; the case goes on')
    .requiredOption('--words <words>', 'why')
    .action(bind(does(({ cases }, id, own) => cases.deny(id, { words: said(own) }))))
  sub('reject', 'decide that nothing is given back')
    .requiredOption('--reason <code>', 'one of the policy')
    .requiredOption('--words <words>', 'for the letter')
    .action(
      bind(
        does(({ cases }, id, own) =>
          cases.reject(id, { reason: String(own.reason), words: said(own) }),
        ),
      ),
    )
  sub('sample', 'say whether an automatic decision was right')
    .addOption(
      new Option('--verdict <verdict>', 'was it?')
        .choices(['agree', 'disagree'])
        .makeOptionMandatory(),
    )
    .requiredOption('--words <words>')
    .action(
      bind(
        does(({ cases }, id, own) =>
          cases.sample(id, { agree: own.verdict === 'agree', words: said(own) }),
        ),
      ),
    )
}

type Options = Readonly<Record<string, unknown>>
type Case = Awaited<ReturnType<Client['cases']['get']>>

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const said = (options: Options): string => String(options.words)

const does =
  (
    act: (client: Client, id: string, options: Options, args: readonly string[]) => Promise<Case>,
  ): Handler =>
  async (context, options, [id = '', calls]) => {
    const own = await act(context.client(), id, options, (calls ?? []) as readonly string[])
    if (context.json) context.printJson(own)
    else context.print(caseLines(own, context))
    return undefined
  }

function replyIn(options: Options): Body<'replyInCase'> {
  const macro = text(options.macro)
  const own = text(options.words)
  if (macro !== undefined && own === undefined) return { macro }
  if (own !== undefined && macro === undefined) return { words: own }
  throw usageError('What to write is not clear.', { next: 'Give either --words or --macro.' })
}

function refundIn(options: Options, calls: readonly string[]): Body<'refundInCase'> {
  const payment = text(options.payment)
  if ((payment === undefined) === (calls.length === 0))
    throw usageError('What to give back is not clear.', {
      next: 'Name call ids (CALL or CALL=AMOUNT), or --payment.',
    })
  const why = {
    reason: String(options.reason),
    ...(text(options.words) !== undefined && { words: said(options) }),
  }
  if (payment !== undefined) return { payment_id: payment, ...why }
  return {
    calls: calls.map((call) => {
      const [call_id = '', amount] = call.split('=')
      return { call_id, ...(amount !== undefined && { amount }) }
    }),
    ...why,
  }
}

const OPEN = ['settled', 'closed', 'withdrawn', 'merged']

const list: Handler = async (context, options) => {
  const view = text(options.view) as (typeof VIEWS)[number] | undefined
  const query = {
    ...(view && { view }),
    ...(typeof options.account === 'string' && { account_id: options.account }),
  }
  const found = await take(context.client().cases.list(query), LISTED_MAX)
  const isShown = ({ state }: { readonly state: string }): boolean =>
    options.all === true || view !== undefined || !OPEN.includes(state)
  const items = found.filter(isShown)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('Nothing waits for a person.')
  else context.print(listLines(items, context))
  return undefined
}

type Listed =
  Awaited<ReturnType<Client['cases']['list']>> extends AsyncIterable<infer T> ? T : never

const listLines = (items: readonly Listed[], context: Context): string[] =>
  renderTable(context.style, {
    columns: [
      { title: 'left' },
      { title: 'case' },
      { title: 'account', drop: 2 },
      { title: 'at stake', align: 'right', drop: 1 },
      { title: 'from', drop: 3 },
      { title: 'found', drop: 4 },
      { title: 'plan', drop: 5 },
      { title: 'lang', drop: 6 },
      { title: 'state' },
      { title: 'with' },
      { title: 'since', drop: 7 },
    ],
    rows: items.map((own): Cell[] => [
      left(own),
      own.case_id,
      own.account_id ?? '',
      own.amount === null ? '' : money(own.amount, own.currency ?? ''),
      words(own.origin),
      own.rules.map(words).join(', '),
      own.plan ?? '',
      own.language,
      { text: words(own.state), tone: OPEN.includes(own.state) ? 'muted' : 'strong' },
      own.pending ? 'approval' : (own.assignee ?? own.tier ?? ''),
      dateTimeZone(Date.parse(own.opened_at), context.clock),
    ]),
  })

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2d 4h`, `3h 20m`, `late 5m`; nothing where no time is promised. */
function left({ left_seconds: seconds }: Listed): Cell {
  if (seconds === null) return ''
  const size = Math.abs(seconds)
  const [large, small] =
    size >= DAY
      ? [`${Math.floor(size / DAY)}d`, `${Math.floor((size % DAY) / HOUR)}h`]
      : [`${Math.floor(size / HOUR)}h`, `${Math.floor((size % HOUR) / MINUTE)}m`]
  const span = `${large} ${small}`
  return seconds < 0 ? { text: `late ${span}`, tone: 'bad' } : span
}

const sampling: Handler = async (context) => {
  const own = await context.client().cases.sampling()
  if (context.json) context.printJson(own)
  else
    context.print([
      `${own.to_sample} automatic decisions wait to be looked at; ${own.agreed} were right, ${own.disagreed} were not.`,
      own.agreement_percent === null
        ? 'Nobody has looked yet.'
        : `Agreement: ${own.agreement_percent} %.`,
    ])
  return undefined
}
