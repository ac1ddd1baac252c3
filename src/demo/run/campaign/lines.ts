import { readAmount, writeAmount } from '../amounts.ts'
import { labelled } from '../labelled.ts'
import type { DemoCell, DemoUi } from '../options.ts'
import { CURRENCY } from '../seed.ts'
import { plural, words } from '../words.ts'
import type { CampaignBooks } from './claims.ts'

const REASON_MIN = 24

/** Who was given the campaign's credit, who was not and why, rule by rule, and what is left of it. */
export function campaignLines(ui: DemoUi, books: CampaignBooks): string[] {
  const { document } = books.campaign
  return [
    ui.paint('strong', `The campaign “${document.name}”`),
    ...campaignTable(ui, books),
    ...labelled(ui, { label: 'asks for', text: asked(books) }),
    ...labelled(ui, { label: 'in all', text: funnelText(ui, books) }),
  ]
}

type Own = CampaignBooks['accounts'][number]['own']

function campaignTable(ui: DemoUi, { accounts }: CampaignBooks): string[] {
  return ui.table({
    columns: [
      { title: 'account' },
      { title: 'claim' },
      { title: 'credit', align: 'right', drop: 1 },
      { title: 'why', min: REASON_MIN },
    ],
    rows: accounts.map(({ member, own }) => [
      member.name,
      standingCell(own),
      { text: own.claim ? ui.money(own.claim.amount, CURRENCY) : '-', tone: 'promotional' },
      { text: reasonOf(own), tone: 'muted' },
    ]),
  })
}

const standingCell = ({ standing }: Own): DemoCell => ({
  text: words(standing),
  tone: standing === 'claimed' ? 'ok' : standing === 'claimable' ? 'plain' : 'warn',
})

/** Times of the campaign, to the minute: `2026-10-08 07:00`. */
const minute = (at: string): string => at.slice(0, 16).replace('T', ' ')

function reasonOf({ standing, evaluation, claim }: Own): string {
  switch (standing) {
    case 'claimed':
      return `entry ${claim?.seq}; asked twice, given once`
    case 'claimable':
      return 'told, and has not asked'
    case 'over':
      return `until ${minute(evaluation.claim_until ?? '')} UTC`
    case 'exhausted':
      return `no place is left in the wave ${evaluation.wave}`
    default:
      return failing(evaluation.rules).map(ruleText).join('; ')
  }
}

type Rule = Own['evaluation']['rules'][number]

/** A wave repeats a rule of its campaign: the first says enough. What follows from the plan is left out. */
const failing = (rules: readonly Rule[]): Rule[] => {
  const missed = rules.filter(({ passed, rule }) => !passed && rule !== 'amount')
  return missed.filter(({ rule }, index) => missed.findIndex((one) => one.rule === rule) === index)
}

const RULES: Readonly<Record<string, string>> = { plan_in: 'plan', paid_use_on: 'paid use' }

const ruleName = ({ rule }: Rule): string => RULES[rule] ?? words(rule)

const ruleText = (rule: Rule): string => `${ruleName(rule)}: ${valueText(rule.actual)}`

/** What its own rules expect; they are the same for every account. */
function asked({ campaign, accounts }: CampaignBooks): string {
  const own = new Set(campaign.document.eligible.map(({ rule }) => rule))
  const rules = accounts[0]?.own.evaluation.rules ?? []
  const first = rules.filter(
    ({ rule }, index) =>
      own.has(rule as never) && rules.findIndex((one) => one.rule === rule) === index,
  )
  const texts = first.map((rule) => `${ruleName(rule)}: ${valueText(rule.expected)}`)
  return `${[...texts, 'in its time', 'while places are left'].join('; ')}.`
}

function valueText(value: Rule['actual']): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value)) return value.join(', ')
  return value === null ? 'unknown' : String(value).replace(/@\d+$/, '')
}

function funnelText(ui: DemoUi, { campaign, funnel }: CampaignBooks): string {
  const dollars = (amount: string | bigint): string =>
    ui.money(typeof amount === 'bigint' ? writeAmount(amount) : amount, CURRENCY)
  const { amounts } = funnel
  const [whole] = campaign.ceilings
  const most = whole?.budget_max ?? null
  const left =
    most === null
      ? ''
      : `; ${dollars(readAmount(most) - readAmount(amounts.taken))} of the budget of ${dollars(most)} is left`
  return (
    `${plural(funnel.eligible.accounts, 'account')} of ${funnel.eligible.evaluated} fulfil every rule, ` +
    `${funnel.told} told, ${funnel.granted} claimed ${dollars(amounts.granted)}, ${dollars(amounts.used)} used${left}.`
  )
}
