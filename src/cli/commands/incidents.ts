import { type Command, Option } from 'commander'
import { type Answer, type Body, take } from '../../client/index.ts'
import { isConfirmed, YES } from '../confirm.ts'
import type { Context, Handler } from '../context.ts'
import { EXIT, usageError } from '../exit.ts'
import { wholeNumber, withServer } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { type Cell, count, dateTimeZone, money, renderTable, sanitize } from '../render/index.ts'
import { callTable, impactLines, incidentLines, incidentTable } from '../views/incident.ts'
import { words } from '../views/receipt-parts.ts'
import { registerIncidentDraft } from './incident-draft.ts'
import { followRun, measureAll } from './incident-follow.ts'

const LISTED = 50
const LISTED_MAX = 100_000
const PAGE_MAX = 200

export const registerIncidents: Register = (program, bind) => {
  const incidents = program
    .command('incidents')
    .description('what went wrong for many, who was harmed by how much, and making it good')
  const command = (name: string, description: string): Command =>
    withServer(incidents.command(name).description(description))
  const ofOne = (name: string, description: string, handler: Handler): Command =>
    command(name, description).argument('<incident>').action(bind(handler))
  withServer(incidents.command('list', { isDefault: true }).description('the latest first')).action(
    bind(list),
  )
  registerIncidentDraft(incidents, bind)
  ofOne('show', 'how far it has come, and what is next', show)
  ofOne('measure', 'look for its calls; gives nothing', measured)
  ofOne('impact', 'what a run would give, to whom: totals, the largest, a sample', impact)
  registerSteps(incidents, bind)
  ofOne('calls', 'its calls, and what became of each', calls)
    .addOption(
      new Option('--state <state>', 'only these').choices(['open', 'given', 'nothing', 'failed']),
    )
    .option('--account <account>', 'of this account')
    .addOption(
      new Option('-n, --limit <count>', 'how many')
        .default(LISTED)
        .argParser(wholeNumber(1, LISTED_MAX)),
    )
  ofOne('watch', 'how far its run has come, until it ends', watch)
  ofOne('events', 'who did what about it', events)
  ofOne('report', 'what happened in numbers, in Markdown; nothing of a single account', report)
    .addOption(new Option('--lang <language>', 'in which language').choices(['en', 'ja']))
    .option('--public', 'as anybody can read it once it is published')
}

type Step = Body<'stepIncident'>['step']

const STEPS: readonly (readonly [Step, string])[] = [
  ['submit', 'ask a second person to approve it'],
  ['return', 'give it back to who wrote it'],
  ['approve', 'let it run: not who wrote it'],
  ['pause', 'stop its run; what is given stays given'],
  ['resume', 'go on, and try again what failed'],
  ['finish', 'end it: what is not given yet is given up'],
  ['cancel', 'give nothing for it'],
  ['publish', 'make its report public'],
]

function registerSteps(incidents: Command, bind: Bind): void {
  const command = (name: string, description: string): Command =>
    withServer(incidents.command(name).description(description).argument('<incident>')).option(
      '--reason <words>',
      'for whoever asks later',
    )
  for (const [step, description] of STEPS)
    command(step, description).action(
      bind((context, options, [id = '']) => takeStep(context, { id, step, options })),
    )
  command('run', 'give every call what is due, once; shows how far it has come')
    .option('--no-wait', 'begin it and do not wait')
    .option(...YES)
    .action(bind(run))
}

async function takeStep(
  context: Context,
  order: {
    readonly id: string
    readonly step: Step
    readonly options: Readonly<Record<string, unknown>>
  },
): Promise<undefined> {
  const { reason } = order.options
  const body = { step: order.step, ...(typeof reason === 'string' && { reason }) }
  showIncident(context, await context.client().incidents.step(order.id, body))
}

function showIncident(context: Context, own: Answer<'getIncident'>): undefined {
  if (context.json) context.printJson(own)
  else context.print(incidentLines(own, context))
}

const list: Handler = async (context) => {
  const items = await take(context.client().incidents.list(), LISTED)
  if (context.json) context.printJson({ items })
  else if (items.length === 0)
    context.print(['There are no incidents.', 'Write one: everycent incidents new'])
  else context.print(incidentTable(items, context))
  return undefined
}

const show: Handler = async (context, _options, [id = '']) =>
  showIncident(context, await context.client().incidents.get(id))

const measured: Handler = async (context, _options, [id = '']) =>
  showIncident(context, await measureAll(context, id))

const impact: Handler = async (context, _options, [id = '']) => {
  const answer = await context.client().incidents.impact(id)
  if (context.json) context.printJson(answer)
  else context.print(impactLines(answer, context))
  return undefined
}

const run: Handler = async (context, options, [id = '']) => {
  const { incidents } = context.client()
  const own = await incidents.get(id)
  if (context.json && options.yes !== true)
    throw usageError('Nothing was given.', { next: 'Say --yes to run it.' })
  if (!context.json)
    context.print(
      `${money(own.to_give_back, own.document.currency)} goes back to ${count(own.accounts)} accounts, and ${money(own.goodwill, own.document.currency)} of credit can be claimed.`,
    )
  if (!(await isConfirmed(context, options))) {
    context.note('Nothing was given. Say --yes to run it.')
    return EXIT.usage
  }
  await incidents.step(id, { step: 'run' })
  showIncident(
    context,
    options.wait === false ? await incidents.get(id) : await followRun(context, id),
  )
  return undefined
}

const watch: Handler = async (context, _options, [id = '']) =>
  showIncident(context, await followRun(context, id))

const calls: Handler = async (context, options, [id = '']) => {
  const { incidents } = context.client()
  const { document } = await incidents.get(id)
  const limit = Number(options.limit)
  const items = await take(
    incidents.calls(id, {
      limit: Math.min(limit, PAGE_MAX),
      ...(options.state !== undefined && {
        state: options.state as Answer<'listIncidentCalls'>['items'][number]['state'],
      }),
      ...(typeof options.account === 'string' && { account_id: options.account }),
    }),
    limit,
  )
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('There are no such calls.')
  else context.print(callTable(items, document.currency, context))
  return undefined
}

const events: Handler = async (context, _options, [id = '']) => {
  const answer = await context.client().incidents.events(id)
  if (context.json) context.printJson(answer)
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'at' },
          { title: 'step' },
          { title: 'by', min: 8 },
          { title: 'reason', min: 8, drop: 1 },
        ],
        rows: answer.events.map(({ at, step, actor, facts }): Cell[] => [
          dateTimeZone(Date.parse(at), context.clock),
          words(step),
          actor.id,
          typeof facts.reason === 'string' ? facts.reason : '',
        ]),
      }),
    )
  return undefined
}

const report: Handler = async (context, options, [id = '']) => {
  const { incidents } = context.client()
  const query = { time_zone: context.clock.timeZone }
  const answer = await (options.public === true
    ? incidents.publicReport(id, query)
    : incidents.report(id, query))
  if (context.json) context.printJson(answer)
  else context.print(answer.markdown[options.lang === 'ja' ? 'ja' : 'en'].split('\n').map(sanitize))
  return undefined
}
