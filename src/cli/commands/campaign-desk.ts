import { type Command, Option } from 'commander'
import { type Answer, type Body, take } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { EXIT, usageError } from '../exit.ts'
import { readJson } from '../json-file.ts'
import { amount, collect, wholeNumber, withServer } from '../options.ts'
import type { Bind } from '../program.ts'
import {
  type Cell,
  dateTimeZone,
  money,
  renderPairs,
  renderTable,
  sanitize,
} from '../render/index.ts'

const CLAIMS_MAX = 1_000_000_000
const LISTED = 100
const LISTED_MAX = 100_000
const PAGE_MAX = 200

/** What an operator does with a campaign once it is written: from its check to the review of its claims. */
export function registerCampaignDesk(campaigns: Command, bind: Bind): void {
  const command = (name: string, description: string): Command =>
    withServer(campaigns.command(name).description(description))
  command('validate', 'check a campaign in a file; nothing is stored')
    .argument('<file>')
    .action(bind(validate))
  const ofCampaign = (name: string, description: string, handler: Handler): Command =>
    command(name, description).argument('<campaign>').action(bind(handler))
  ofCampaign('pause', 'let nobody claim until it is resumed', (context, _options, args) =>
    move(context, args, 'pause'),
  )
  ofCampaign('resume', 'publish a paused campaign again', (context, _options, args) =>
    move(context, args, 'publish'),
  )
  ofCampaign('close', 'end it for ever; what was granted stays', (context, _options, args) =>
    move(context, args, 'close'),
  )
  ofCampaign('announce', 'tell the accounts that can claim it, once each', (context, _o, args) =>
    move(context, args, 'announce'),
  )
  ofCampaign('changes', 'who changed what of it', changes)
  ofCampaign('raise', 'raise its ceilings, or those of a wave', raise)
    .option('--budget <amount>', 'the most that may be granted in all', amount)
    .option('--claims <count>', 'the most claims', wholeNumber(1, CLAIMS_MAX))
    .option('--wave <wave>', 'of this wave alone')
  ofCampaign('told', 'say which accounts were told by other means', told).requiredOption(
    '--account <account>',
    'an account that was told; repeat for more',
    collect,
  )
  registerReview(campaigns, bind)
}

function registerReview(campaigns: Command, bind: Bind): void {
  const count = new Option('-n, --limit <count>', 'how many')
    .default(LISTED)
    .argParser(wholeNumber(1, LISTED_MAX))
  const command = (name: string, description: string): Command =>
    withServer(campaigns.command(name).description(description).argument('<campaign>'))
  command('accounts', 'accounts that could claim and have not')
    .addOption(
      new Option('--stage <stage>', 'told, or not told yet')
        .choices(['not_told', 'told'])
        .default('not_told'),
    )
    .option('--plan <plan>', 'on this plan now')
    .option('--seen', 'only those who have seen it')
    .option('--no-seen', 'only those who have not')
    .addOption(count)
    .action(bind(accounts))
  command('claims', 'its claims')
    .addOption(
      new Option('--state <state>', 'only these').choices(['taken', 'held', 'granted', 'rejected']),
    )
    .addOption(count)
    .action(bind(claims))
  command('compare', 'what claimers did, beside accounts like them that did not claim')
    .addOption(new Option('--lang <language>', 'in which language').choices(['en', 'ja']))
    .action(bind(compare))
  for (const decision of ['release', 'reject'] as const)
    command(decision, decision === 'release' ? 'let a held claim go on' : 'refuse a held claim')
      .argument('<account>')
      .requiredOption('--reason <reason>', 'why, for the journal')
      .option('--period <period>', 'of a claim of a cycle')
      .action(bind((context, options, args) => decide(context, { options, args, decision })))
}

const validate: Handler = async (context, _options, [file = '']) => {
  const document = readJson(file, context.io.cwd) as Body<'validateCampaign'>
  const check = await context.client().campaigns.validate(document)
  if (context.json) context.printJson(check)
  else if (check.valid) context.print('The campaign can be stored. Nothing was stored.')
  else
    context.print(
      check.errors.map(({ location, message, fix }) =>
        sanitize([location, message, fix].filter(Boolean).join(': ')),
      ),
    )
  return check.valid ? undefined : EXIT.usage
}

async function move(
  context: Context,
  [id = '']: readonly string[],
  how: 'pause' | 'publish' | 'close' | 'announce',
): Promise<undefined> {
  const campaign = await context.client().campaigns[how](id)
  const { campaign_id, status, announced_at } = campaign
  const shown = sanitize(campaign_id)
  if (context.json) context.printJson(campaign)
  else if (how === 'announce' && announced_at !== null)
    context.print(
      `Accounts that can claim ${shown} are told, since ${dateTimeZone(Date.parse(announced_at), context.clock)}.`,
    )
  else context.print(`The campaign ${shown} is ${status}.`)
}

const changes: Handler = async (context, _options, [id = '']) => {
  const history = await context.client().campaigns.changes(id)
  if (context.json) context.printJson(history)
  else
    context.print(
      renderTable(context.style, {
        columns: [{ title: 'at' }, { title: 'change' }, { title: 'by', min: 8 }],
        rows: history.changes.map(({ at, change, actor }): Cell[] => [
          dateTimeZone(Date.parse(at), context.clock),
          change,
          actor.id,
        ]),
      }),
    )
  return undefined
}

const raise: Handler = async (context, options, [id = '']) => {
  const given = { budget: options.budget, claims: options.claims, wave: options.wave }
  if (given.budget === undefined && given.claims === undefined)
    throw usageError('No ceiling was named.', { next: 'Name --budget, --claims, or both.' })
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const campaign = await context.client().campaigns.raiseCeilings(id, body)
  if (context.json) context.printJson(campaign)
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'of' },
          { title: 'claims', align: 'right' },
          { title: 'taken', align: 'right' },
          { title: 'budget', align: 'right' },
        ],
        rows: campaign.ceilings.map((own): Cell[] => [
          own.wave ?? 'all',
          `${own.claims}${own.claims_max === null ? '' : ` of ${own.claims_max}`}`,
          money(own.amount, campaign.document.currency),
          own.budget_max === null ? '' : money(own.budget_max, campaign.document.currency),
        ]),
      }),
    )
  return undefined
}

const told: Handler = async (context, options, [id = '']) => {
  const account_ids = options.account as string[]
  const marked = await context.client().campaigns.markTold(id, { account_ids })
  if (context.json) context.printJson(marked)
  else context.print(`${marked.marked} of ${account_ids.length} were marked as told now.`)
  return undefined
}

const limitOf = (options: Readonly<Record<string, unknown>>) => {
  const limit = Number(options.limit)
  return { limit, page: { limit: Math.min(limit, PAGE_MAX) } }
}

const accounts: Handler = async (context, options, [id = '']) => {
  const { limit, page } = limitOf(options)
  const query = {
    ...page,
    stage: options.stage === 'told' ? 'told' : 'not_told',
    ...(typeof options.plan === 'string' && { plan: options.plan }),
    ...(options.seen === true && { seen: 'true' as const }),
    ...(options.seen === false && { seen: 'false' as const }),
  } as const
  const items = await take(context.client().campaigns.accounts(id, query), limit)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('There are no such accounts.')
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'account' },
          { title: 'name', min: 8, drop: 3 },
          { title: 'plan', drop: 2 },
          { title: 'standing' },
          { title: 'told', drop: 1 },
        ],
        rows: items.map((own): Cell[] => [
          own.account_id,
          own.name,
          own.plan ?? '',
          { text: own.standing, tone: own.standing === 'claimable' ? 'ok' : 'muted' },
          own.told_at === null ? '' : dateTimeZone(Date.parse(own.told_at), context.clock),
        ]),
      }),
    )
  return undefined
}

const claims: Handler = async (context, options, [id = '']) => {
  const { limit, page } = limitOf(options)
  const state = options.state as Answer<'listClaims'>['items'][number]['state'] | undefined
  const query = { ...page, ...(state !== undefined && { state }) }
  const items = await take(context.client().campaigns.claims(id, query), limit)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('There are no such claims.')
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'account' },
          { title: 'state' },
          { title: 'amount', align: 'right' },
          { title: 'claimed', drop: 1 },
          { title: 'found', min: 8, drop: 2 },
        ],
        rows: items.map((own): Cell[] => [
          own.account_id,
          { text: own.state, tone: own.state === 'granted' ? 'ok' : 'muted' },
          own.amount,
          dateTimeZone(Date.parse(own.claimed_at), context.clock),
          own.findings.map(({ code, signal }) => signal ?? code).join(', '),
        ]),
      }),
    )
  return undefined
}

async function decide(
  context: Context,
  order: {
    readonly options: Readonly<Record<string, unknown>>
    readonly args: readonly string[]
    readonly decision: 'release' | 'reject'
  },
): Promise<undefined> {
  const { options, decision } = order
  const [id = '', account = ''] = order.args
  const body = {
    reason: String(options.reason),
    ...(typeof options.period === 'string' && { period: options.period }),
  }
  const { campaigns } = context.client()
  const claim = await (decision === 'release'
    ? campaigns.releaseClaim(id, account, body)
    : campaigns.rejectClaim(id, account, body))
  if (context.json) context.printJson(claim)
  else
    context.print(
      decision === 'release'
        ? `The claim of ${sanitize(account)} is ${claim.state}: lot ${sanitize(claim.lot_id)}.`
        : `The claim of ${sanitize(account)} is ${claim.state}: its place is free again.`,
    )
}

const compare: Handler = async (context, options, [id = '']) => {
  const query = options.lang === 'ja' ? ({ lang: 'ja' } as const) : {}
  const told = await context.client().campaigns.comparison(id, query)
  if (context.json) {
    context.printJson(told)
    return undefined
  }
  const { sizes, figures } = told
  context.print(
    renderPairs(context.style, [
      ['claimers', `${sizes.claimers}, and ${sizes.too_recent} too recent`],
      ['could have claimed', `${sizes.others}`],
      ['pairs', `${sizes.pairs}, ${sizes.unmatched} without one`],
    ]),
  )
  if (figures) context.print(renderTable(context.style, figureTable(figures)))
  context.print(['', ...told.explanation.map(sanitize)])
  return undefined
}

type Figures = NonNullable<Answer<'compareCampaign'>['figures']>

function figureTable({ features, models, retention }: Figures) {
  const rows = [
    ['features', features] as const,
    ['models', models] as const,
    ...retention.map((own, week) => [`active in week ${week + 1}`, own] as const),
  ]
  const right = 'right' as const
  return {
    columns: [
      { title: 'mean of', min: 8 },
      { title: 'claimers', align: right },
      { title: 'others', align: right },
      { title: 'difference', align: right },
      { title: 'least', align: right, drop: 1 },
      { title: 'most', align: right, drop: 1 },
    ],
    rows: rows.map(([name, own]): Cell[] => [
      name,
      ...[own.claimers, own.others, own.difference, own.least, own.most].map(String),
    ]),
  }
}
