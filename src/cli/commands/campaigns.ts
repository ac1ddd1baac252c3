import { type Body, take } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { readJson } from '../json-file.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import {
  type Cell,
  dateTimeZone,
  money,
  renderPairs,
  renderTable,
  sanitize,
} from '../render/index.ts'
import { registerCampaignDesk } from './campaign-desk.ts'

const LISTED_MAX = 1_000

export const registerCampaigns: Register = (program, bind) => {
  const campaigns = program.command('campaigns').description('credit campaigns and their claims')
  withServer(campaigns.command('list').description('every campaign, and how much is taken')).action(
    bind(list),
  )
  withServer(
    campaigns
      .command('publish')
      .description('store a campaign from a file, and publish it: it never changes then')
      .argument('<file>'),
  ).action(bind(publish))
  withServer(
    campaigns
      .command('status')
      .description('how far accounts have come, and what it costs')
      .argument('<campaign>'),
  ).action(bind(status))
  withServer(
    campaigns
      .command('check')
      .description('what an account may claim, with the value of every rule')
      .argument('<account>'),
  ).action(bind(check))
  withServer(
    campaigns
      .command('claim')
      .description('claim the credit of a campaign, once; changes no setting, charges nothing')
      .argument('<account>')
      .argument('<campaign>'),
  ).action(bind(claim))
  registerCampaignDesk(campaigns, bind)
}

const list: Handler = async (context) => {
  const items = await take(context.client().campaigns.list(), LISTED_MAX)
  if (context.json) context.printJson({ items })
  else if (items.length === 0)
    context.print(['There are no campaigns yet.', 'Publish one: everycent campaigns publish FILE'])
  else {
    const rows = items.map(({ campaign_id, status, document, ceilings: [own] }): Cell[] => [
      campaign_id,
      document.name,
      { text: status, tone: status === 'published' ? 'ok' : 'muted' },
      `${own?.claims ?? 0}${own?.claims_max == null ? '' : ` of ${own.claims_max}`}`,
      money(own?.amount ?? '0', document.currency),
      own?.budget_max == null ? '' : money(own.budget_max, document.currency),
    ])
    const columns = [
      { title: 'campaign' },
      { title: 'name', min: 8, drop: 2 },
      { title: 'status' },
      { title: 'claims', align: 'right' as const },
      { title: 'taken', align: 'right' as const },
      { title: 'budget', align: 'right' as const, drop: 1 },
    ]
    context.print(renderTable(context.style, { columns, rows }))
  }
  return undefined
}

const publish: Handler = async (context, _options, [file = '']) => {
  const { campaigns } = context.client()
  const document = readJson(file, context.io.cwd) as Body<'createCampaign'>
  const made = await campaigns.create(document)
  const campaign = made.status === 'draft' ? await campaigns.publish(made.campaign_id) : made
  if (context.json) context.printJson(campaign)
  else context.print(`The campaign ${sanitize(campaign.campaign_id)} is ${campaign.status}.`)
  return undefined
}

const status: Handler = async (context, _options, [id = '']) => {
  const funnel = await context.client().campaigns.funnel(id)
  if (context.json) {
    context.printJson(funnel)
    return undefined
  }
  const { amounts, currency, eligible, forecast } = funnel
  const seen = eligible.complete ? '' : ` (of the first ${eligible.evaluated} accounts)`
  const shown = (amount: string | null): string => (amount === null ? '' : money(amount, currency))
  const gone = forecast.exhausted_at
  context.print(
    renderPairs(context.style, [
      ['eligible now', `${eligible.accounts}${seen}`],
      ['told', `${funnel.told}`],
      ['seen', `${funnel.seen}`],
      [
        'claimed',
        `${funnel.claimed}${funnel.held_for_review > 0 ? `, ${funnel.held_for_review} held for review` : ''}`,
      ],
      ['first use', `${funnel.first_use}`],
      ['used up', `${funnel.used_up}`],
      ['expired', `${funnel.expired}`],
      ['taken', shown(amounts.taken)],
      ['used', shown(amounts.used)],
      ['outstanding', shown(amounts.outstanding)],
      ['taken at the end', shown(forecast.taken_at_end)],
      ['budget gone', gone === null ? '' : dateTimeZone(Date.parse(gone), context.clock)],
    ]),
  )
  return undefined
}

const check: Handler = async (context, _options, [account = '']) => {
  const query = { time_zone: context.clock.timeZone }
  const answer = await context.client().campaigns.ofAccount(account, query)
  if (context.json) context.printJson(answer)
  else if (answer.items.length === 0)
    context.print('No campaign is open, and none ended within the last 90 days.')
  else
    context.print(
      answer.items.flatMap((item, index) => [
        ...(index === 0 ? [] : ['']),
        context.style.paint('strong', `${sanitize(item.name)} (${sanitize(item.campaign_id)})`),
        ...item.explanation.map(sanitize),
        ...ruleLines(item.evaluation.rules, context),
      ]),
    )
  return undefined
}

interface Rule {
  readonly id: string
  readonly passed: boolean
  readonly expected: unknown
  readonly actual: unknown
}

function ruleLines(rules: readonly Rule[], { style }: Context): string[] {
  const shown = (value: unknown): string =>
    value === null ? 'unknown' : Array.isArray(value) ? value.join(', ') : String(value)
  return renderTable(style, {
    columns: [
      { title: 'rule' },
      { title: 'holds' },
      { title: 'needed', min: 8 },
      { title: 'found', min: 8 },
    ],
    rows: rules.map(({ id, passed, expected, actual }): Cell[] => [
      id,
      { text: passed ? 'yes' : 'no', tone: passed ? 'ok' : 'bad' },
      shown(expected),
      shown(actual),
    ]),
  })
}

const claim: Handler = async (context, _options, [account = '', campaign = '']) => {
  const made = await context.client().campaigns.claim(account, campaign)
  if (context.json) context.printJson(made)
  else
    context.print(
      made.state === 'held'
        ? 'The claim is held until a person has looked; the time of the claim counts.'
        : `The claim is ${made.state}: ${sanitize(made.amount)}, lot ${sanitize(made.lot_id)}, until ${dateTimeZone(Date.parse(made.expires_at), context.clock)}.`,
    )
  return undefined
}
