import { lineOf } from './account-line.ts'
import type { Delivered } from './alerts/listening.ts'
import { alertLines } from './alerts/told.ts'
import { sumOf, writeAmount } from './amounts.ts'
import {
  type AccountBooks,
  countBy,
  type Funded,
  fundedBy,
  isNotBilled,
  isRefused,
} from './books.ts'
import { campaignLines } from './campaign/lines.ts'
import { castFor } from './cast.ts'
import type { Findings } from './findings.ts'
import { labelled, proseColumns } from './labelled.ts'
import type { DemoCell, DemoTone, DemoUi, VerifySummary } from './options.ts'
import { type ProvenStatement, proofLines } from './proof.ts'
import type { BillComparison } from './provider-bill.ts'
import { CURRENCY } from './seed.ts'
import type { Telling } from './telling.ts'
import { wayLines } from './way/lines.ts'
import { count, counted, plural, wrap } from './words.ts'
import { type Wronged, wrongedLines } from './wronged.ts'

export interface Report {
  readonly findings: Findings
  /** Names of the plans by their ids. */
  readonly planNames: ReadonlyMap<string, string>
  readonly verified: VerifySummary
  /** Absent where nothing was replayed: the provider's book is not kept between starts. */
  readonly bills?: BillComparison
  /** Absent where nothing was replayed: nobody listened. */
  readonly delivered?: Delivered
  readonly tellings: readonly Telling[]
  /** Absent where nothing was replayed. */
  readonly wronged?: Wronged
  /** Absent where nothing was replayed. */
  readonly proven?: ProvenStatement
  readonly replay?: { readonly calls: number; readonly seconds: number }
  readonly problems: readonly string[]
}

/** The end of the demo: what every account paid from where, and that all of it adds up. */
export function printReport(ui: DemoUi, report: Report): void {
  const { books, campaign, told, journal } = report.findings
  const section = (lines: readonly string[]): void => {
    if (lines.length > 0) ui.write(`${lines.join('\n')}\n\n`)
  }
  ui.write('\n')
  if (report.replay) section(replayLines(ui, report.replay))
  section(accountTable(ui, books))
  section(accountLines(ui, report))
  section(wayLines(ui, castFor('whole_way'), journal))
  if (campaign !== null) section(campaignLines(ui, campaign))
  section(alertLines(ui, told, report.delivered))
  section(factLines(ui, report))
  section(tellingLines(ui, report.tellings))
  section(problemLines(ui, report.problems))
}

function replayLines(ui: DemoUi, { calls, seconds }: NonNullable<Report['replay']>): string[] {
  const rate = count(Math.round(calls / seconds))
  const text = `${count(calls)} calls in ${seconds.toFixed(1)} s, ${rate} calls/s: metered, priced, funded, posted.`
  return wrap(text, proseColumns(ui)).map((line) => ui.paint('strong', line))
}

function accountTable(ui: DemoUi, books: readonly AccountBooks[]): string[] {
  const all = books.flatMap((account) => account.calls)
  const cell = (amount: bigint, tone: DemoTone): DemoCell =>
    amount === 0n ? { text: '-', tone: 'muted' } : { text: dollars(ui, amount), tone }
  const number = (value: number): DemoCell =>
    value === 0 ? { text: '-', tone: 'muted' } : count(value)
  const row = (name: string, calls: AccountBooks['calls']): DemoCell[] => {
    const funded = fundedBy(calls)
    return [
      name,
      count(calls.length),
      cell(funded.covered, 'included'),
      cell(funded.promotional, 'promotional'),
      cell(funded.paid, 'paid'),
      cell(funded.overage, 'overage'),
      number(calls.filter(isNotBilled).length),
      number(calls.filter(isRefused).length),
    ]
  }
  const right = { align: 'right' } as const
  return ui.table({
    columns: [
      { title: 'account' },
      { title: 'calls', ...right, drop: 2 },
      { title: 'by plan', ...right },
      { title: 'promotional', ...right },
      { title: 'paid', ...right },
      { title: 'overage', ...right },
      { title: 'not billed', ...right, drop: 1 },
      { title: 'refused', ...right },
    ],
    rows: books.map((account) => row(account.member.name, account.calls)),
    footer: row('all', all),
  })
}

const dollars = (ui: DemoUi, amount: bigint): string => ui.money(writeAmount(amount), CURRENCY)

function accountLines(ui: DemoUi, report: Report): string[] {
  return report.findings.books.flatMap((account) => {
    const [planId = ''] = account.state.plan.split('@')
    const plan = report.planNames.get(planId) ?? planId
    const text = `${plan}: ${lineOf(account, (amount) => dollars(ui, amount))}`
    return labelled(ui, { label: account.member.name, text })
  })
}

function factLines(ui: DemoUi, report: Report): string[] {
  const calls = report.findings.books.flatMap((account) => account.calls)
  const notBilled = calls.filter(isNotBilled)
  const refused = calls.filter(isRefused)
  const retried = calls.filter((call) => call.attempts > 1)
  const attempts = retried.reduce((sum, call) => sum + call.attempts - 1, 0)
  const add = (label: string, text: string): string[] => labelled(ui, { label, text })
  return [
    ...add('not billed', `${plural(notBilled.length, 'call')}: ${whyNotBilled(notBilled)}.`),
    ...add('refused', `${plural(refused.length, 'call')}: ${whyRefused(refused)}. Charged: 0.`),
    ...add(
      'retries',
      `${plural(attempts, 'attempt')} failed and ${attempts === 1 ? 'was' : 'were'} tried again; each call is charged once.`,
    ),
    ...platformLines(ui, fundedBy(calls), add),
    ...(report.bills ? providerLines(report.bills, add) : []),
    ...(report.wronged ? wrongedLines(ui, report.wronged) : []),
    ...verifyLines(ui, report),
    ...(report.proven ? proofLines(ui, report.proven) : []),
  ]
}

type Add = (label: string, text: string) => string[]

function platformLines(ui: DemoUi, funded: Funded, add: Add): string[] {
  if (funded.absorbed === 0n) return []
  const text = `${dollars(ui, funded.absorbed)} of delivered work that nobody is charged for.`
  return add('platform', text)
}

const NOT_BILLED: Readonly<Record<string, string>> = {
  error_before_output: 'without an answer',
  upstream_failed_mid_stream: 'broke in mid-stream',
  refused_before_output: 'refused by the model',
  usage_zero_with_output: 'reported zero tokens',
  client_aborted_before_output: 'left before any text',
}

const whyNotBilled = (calls: AccountBooks['calls']): string =>
  counted(
    countBy(calls, ({ status, verdict }) =>
      status === 'usage_missing'
        ? 'without usage'
        : (NOT_BILLED[verdict.outcome ?? ''] ?? verdict.outcome ?? 'for another reason'),
    ),
    6,
  ) || 'none'

const whyRefused = (calls: AccountBooks['calls']): string =>
  counted(
    countBy(calls, ({ verdict }) => verdict.refusal ?? 'other'),
    6,
  ) || 'none'

function providerLines({ provider, charged, reasons }: BillComparison, add: Add): string[] {
  const why = reasons.map(({ reason, tokens: rest }) => `${count(rest)} ${reason}`)
  const difference = provider.tokens - charged.tokens
  return add(
    'provider',
    `billed ${plural(provider.calls, 'call')}, ${count(provider.tokens)} tokens; customers are charged for ${count(charged.calls)} and ${count(charged.tokens)}.` +
      (difference === 0
        ? ' The two agree.'
        : ` The ${count(difference)} tokens between: ${why.join('; ')}.`),
  )
}

function verifyLines(ui: DemoUi, { verified, problems }: Report): string[] {
  const checks = sumOf(verified.checks, ({ checked }) => BigInt(checked))
  const seen = `${plural(verified.accounts, 'account')}, ${count(verified.entries)} entries, ${count(verified.postings)} postings`
  const sums = problems.length === 0 ? 'Every sum above agrees with the API.' : ''
  const text = verified.ok
    ? `ok: ${seen}; hash chain unbroken, every entry sums to zero; ${count(Number(checks))} checks. ${sums}`
    : `DIFFERENCE: ${verified.first?.account_id} at entry ${verified.first?.seq}: ${verified.first?.message}`
  const tone = verified.ok ? 'ok' : 'bad'
  return labelled(ui, { label: 'verify', text: text.trim(), tone })
}

const WORDS_LINES_MAX = 2

function tellingLines(ui: DemoUi, tellings: readonly Telling[]): string[] {
  return tellings.flatMap(({ receiptId, account, title, sentences }) => [
    ...heading(ui, receiptId, `${account}: ${title}`),
    ...fitting(sentences, proseColumns(ui) - 2).map((line) => `  ${line}`),
  ])
}

function heading(ui: DemoUi, receiptId: string, text: string): string[] {
  const id = ui.paint('accent', receiptId)
  return receiptId.length + 2 + text.length > ui.columns ? [id, text] : [`${id}  ${text}`]
}

/** As many whole sentences as two lines hold; the first one in any case. */
function fitting(sentences: readonly string[], columns: number): string[] {
  let lines: string[] = []
  for (let number = 1; number <= sentences.length; number += 1) {
    const longer = wrap(sentences.slice(0, number).join(' '), columns)
    if (longer.length > WORDS_LINES_MAX && number > 1) return lines
    lines = longer
  }
  return lines
}

const problemLines = (ui: DemoUi, problems: readonly string[]): string[] =>
  problems
    .flatMap((problem) => wrap(`error: ${problem}`, proseColumns(ui)))
    .map((line) => ui.paint('bad', line))
