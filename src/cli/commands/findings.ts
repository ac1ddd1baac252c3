import { Option } from 'commander'
import { type Client, take } from '../../client/index.ts'
import { ruleSentence } from '../../contract/explain/index.ts'
import { AUDIT_RULES } from '../../core/audit/rules.ts'
import type { Context, Handler } from '../context.ts'
import { readJson } from '../json-file.ts'
import { wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, money, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'
import { words } from '../views/receipt-parts.ts'

const LISTED = 50
const LISTED_MAX = 10_000
const PAGE_MAX = 200

export const registerFindings: Register = (program, bind) => {
  const findings = program
    .command('findings')
    .description('what the audit has found in the books, and what was given back')
  withServer(
    findings
      .command('list', { isDefault: true })
      .description('the latest first; of all accounts where none is named')
      .argument('[account]'),
  )
    .addOption(new Option('--rule <rule>', 'only of this rule').choices(AUDIT_RULES))
    .option('--status <status>', 'only what stands so: proposed, remedied, …')
    .addOption(
      new Option('-n, --limit <count>', 'how many')
        .default(LISTED)
        .argParser(wholeNumber(1, LISTED_MAX)),
    )
    .action(bind(list))
  withServer(
    findings
      .command('show')
      .description('one finding with its evidence, and what was done about it')
      .argument('<account>')
      .argument('<finding>'),
  ).action(bind(show))
  withServer(
    findings
      .command('approve')
      .description('give back what is proposed')
      .argument('<account>')
      .argument('<finding>'),
  ).action(bind(approve))
  withServer(
    findings
      .command('dismiss')
      .description('say that it is no fault, and why')
      .argument('<account>')
      .argument('<finding>'),
  )
    .requiredOption('--reason <words>', 'for whoever asks later')
    .action(bind(dismiss))
}

export const registerCheck: Register = (program, bind) => {
  withServer(
    program
      .command('check')
      .description('audit an account now: is every charge right?')
      .argument('<account>'),
  ).action(
    bind(async (context, _options, [account = '']) => {
      const answer = await context.client().findings.check(account)
      if (context.json) context.printJson(answer)
      else context.print(findingLines(answer.items, context))
      return undefined
    }),
  )
}

export const registerRemedies: Register = (program, bind) => {
  withServer(
    program
      .command('remedies')
      .description('what is given back without a person; with a file, publish a version')
      .argument('[file]'),
  ).action(bind(remedies))
}

type Finding = Awaited<ReturnType<Client['findings']['approve']>>

const list: Handler = async (context, options, [account]) => {
  const { findings } = context.client()
  const limit = Number(options.limit)
  const query = {
    limit: Math.min(limit, PAGE_MAX),
    ...(options.rule !== undefined && { rule: options.rule as Finding['rule'] }),
    ...(options.status !== undefined && { status: options.status as Finding['status'] }),
  }
  const pages = account ? findings.list(account, query) : findings.listAll(query)
  const items = await take(pages, limit)
  if (context.json) context.printJson({ items })
  else context.print(findingLines(items, context))
  return undefined
}

function findingLines(items: readonly Finding[], context: Context): string[] {
  if (items.length === 0) return ['The audit has found nothing.']
  const rows = items.map((own): Cell[] => [
    dateTimeZone(Date.parse(own.at), context.clock),
    own.account_id,
    words(own.rule),
    own.posted === null ? '' : money(own.posted, own.currency),
    own.expected === null ? '' : money(own.expected, own.currency),
    money(own.difference, own.currency),
    { text: words(own.status), tone: own.status === 'remedied' ? 'ok' : 'plain' },
    own.finding_key,
  ])
  return renderTable(context.style, {
    columns: [
      { title: 'charged at', drop: 2 },
      { title: 'account', drop: 1 },
      { title: 'what', min: 12 },
      { title: 'charged', align: 'right', drop: 3 },
      { title: 'right', align: 'right', drop: 3 },
      { title: 'difference', align: 'right' },
      { title: 'state' },
      { title: 'finding' },
    ],
    rows,
  })
}

const show: Handler = async (context, _options, [account = '', key = '']) => {
  const own = await context.client().findings.get(account, key)
  if (context.json) {
    context.printJson(own)
    return undefined
  }
  const amount = (text: string | null) => (text === null ? '-' : money(text, own.currency))
  context.print([
    ruleSentence(own.rule, 'en'),
    '',
    ...renderTable(context.style, {
      columns: [{ title: '' }, { title: '', min: 20 }],
      rows: [
        ['finding', own.finding_key],
        ['charged at', dateTimeZone(Date.parse(own.at), context.clock)],
        ['receipts', own.receipts.join(', ')],
        ['charged', amount(own.posted)],
        ['right', amount(own.expected)],
        ['difference', amount(own.difference)],
        ['how sure', own.confidence],
        ['made good by', words(own.remedy)],
        ['state', words(own.status)],
        ['why', own.status_reason === null ? '-' : words(own.status_reason)],
        ['given back by entry', String(own.refund_entry ?? '-')],
        ['decided by', own.decided_by === null ? '-' : own.decided_by.id],
      ],
    }),
    '',
    ...JSON.stringify(own.evidence, null, 2).split('\n').map(sanitize),
  ])
  return undefined
}

const approve: Handler = async (context, _options, [account = '', key = '']) => {
  const finding = await context.client().findings.approve(account, key)
  if (context.json) context.printJson(finding)
  else if (finding.status === 'remedied')
    context.print(
      `${money(finding.difference, finding.currency)} went back to where it came from: entry ${finding.refund_entry} of ${sanitize(account)}.`,
    )
  else context.print(`Nothing was given back: ${words(finding.status_reason ?? finding.status)}.`)
  return undefined
}

const dismiss: Handler = async (context, options, [account = '', key = '']) => {
  const body = { reason: String(options.reason) }
  const finding = await context.client().findings.dismiss(account, key, body)
  if (context.json) context.printJson(finding)
  else context.print(`${sanitize(finding.finding_key)} is dismissed.`)
  return undefined
}

const remedies: Handler = async (context, _options, [file]) => {
  const { remedyPolicies } = context.client()
  if (file) {
    type Body = Parameters<typeof remedyPolicies.publish>[0]
    const made = await remedyPolicies.publish(readJson(file, context.io.cwd) as Body)
    if (context.json) context.printJson(made)
    else context.print(`Version ${made.document.version} of the remedy policy is published.`)
    return undefined
  }
  const answer = await remedyPolicies.list()
  const inForce = answer.items.find((own) => own.in_force)
  if (context.json) context.printJson(answer)
  else if (!inForce)
    context.print([
      'No remedy policy is published, so every finding waits for a person.',
      'Publish one: everycent remedies FILE; data/remedies/default.json is an example.',
    ])
  else
    context.print([
      `Version ${inForce.document.version} is in force. What no rule names is proposed to a person.`,
      '',
      ...Object.entries(inForce.document.rules).map(
        ([rule, action]) => `  ${words(rule)}: ${words(action)}`,
      ),
      '',
      ...Object.entries(inForce.document.ceilings).map(
        ([currency, own]) =>
          `  ${currency}: at most ${own.finding} a finding, ${own.account_day} an account a day, ${own.rule_day ?? own.day} a rule a day, ${own.day} a day`,
      ),
    ])
  return undefined
}
