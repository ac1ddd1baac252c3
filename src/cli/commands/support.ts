import { Option } from 'commander'
import { type Body, type Client, take } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context, Handler } from '../context.ts'
import { readJson } from '../json-file.ts'
import { wholeNumber, withAccount, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, renderTable } from '../render/index.ts'
import { sanitize, wrap } from '../render/text.ts'
import { words } from '../views/receipt-parts.ts'

export const registerSupportPolicy: Register = (program, bind) => {
  withServer(
    program
      .command('support-policy')
      .description('what support may do, and by when; with a file, publish a version')
      .argument('[file]'),
  ).action(bind(policy))
}

export const registerMacros: Register = (program, bind) => {
  withServer(
    program
      .command('macros')
      .description('replies that are written once; with a file, publish a version')
      .argument('[file]'),
  ).action(bind(macros))
}

const LISTED = 50
const LISTED_MAX = 10_000
const PAGE_MAX = 200

export const registerAccessLog: Register = (program, bind) => {
  withAccount(
    program
      .command('access-log')
      .description('who of the operator has looked at an account, when, and at what'),
  )
    .addOption(new Option('-l, --lang <language>').choices(['en', 'ja']).default('en'))
    .addOption(
      new Option('-n, --limit <count>', 'how many')
        .default(LISTED)
        .argParser(wholeNumber(1, LISTED_MAX)),
    )
    .action(bind(accessLog))
  withServer(
    program
      .command('unmask')
      .description('see names and addresses of an account for half an hour')
      .argument('<account>'),
  )
    .requiredOption('--reason <words>', 'why; the account reads it')
    .action(bind(unmask))
}

type Policy = Awaited<ReturnType<Client['support']['policies']>>['items'][number]

const policy: Handler = async (context, _options, [file]) => {
  const { support } = context.client()
  if (file) {
    const body = readJson(file, context.io.cwd) as Body<'publishSupportPolicy'>
    return published(context, 'support policy', await support.publishPolicy(body))
  }
  const answer = await support.policies()
  const inForce = answer.items.find((own) => own.in_force)
  if (context.json) context.printJson(answer)
  else if (!inForce)
    context.print([
      'No support policy is published: every refund of support waits for an operator.',
      'Publish one: everycent support-policy data/support/policy.json',
    ])
  else context.print(policyLines(inForce, context))
  return undefined
}

function policyLines({ document, published_at: at }: Policy, context: Context): string[] {
  const limits = Object.entries(document.limits).flatMap(([role, by]) =>
    Object.entries(by ?? {}).map(([currency, limit]): Cell[] => [
      words(role),
      currency,
      limit.case,
      limit.day,
    ]),
  )
  return [
    `Version ${document.version}, since ${dateTimeZone(Date.parse(at), context.clock)}.`,
    `Reasons: ${document.reasons.join(', ')}.`,
    `Appeal within ${document.appeal_within}; ${document.sampling_percent} % of automatic decisions are looked at.`,
    '',
    ...renderTable(context.style, {
      columns: [
        { title: 'may give alone' },
        { title: 'currency' },
        { title: 'in a case', align: 'right' },
        { title: 'in a day', align: 'right' },
      ],
      rows: limits,
    }),
    '',
    ...renderTable(context.style, {
      columns: [
        { title: 'due, of' },
        { title: 'at least', drop: 1 },
        { title: 'checked' },
        { title: 'decided' },
        { title: 'posted' },
        { title: 'sent' },
        { title: 'settled' },
      ],
      rows: document.due.map((row): Cell[] => [
        row.origin === '*' ? 'all others' : words(row.origin),
        Object.entries(row.at_least ?? {})
          .map(([currency, amount]) => `${amount} ${currency}`)
          .join(', '),
        row.checked,
        row.decided,
        row.posted,
        row.sent,
        row.settled,
      ]),
    }),
  ]
}

const macros: Handler = async (context, _options, [file]) => {
  const { support } = context.client()
  if (file) {
    const body = readJson(file, context.io.cwd) as Body<'publishMacro'>
    return published(context, `macro ${body.id}`, await support.publishMacro(body))
  }
  const answer = await support.macros()
  const inForce = answer.items.filter((own) => own.in_force)
  if (context.json) context.printJson(answer)
  else if (inForce.length === 0)
    context.print(['No macro is published.', 'Publish one: everycent macros FILE'])
  else
    context.print(
      inForce.flatMap(({ document }) => [
        context.style.paint('strong', document.id),
        ...[document.en, document.ja].flatMap((text) =>
          wrap(`  ${sanitize(text)}`, context.style.columns),
        ),
      ]),
    )
  return undefined
}

function published(
  context: Context,
  what: string,
  made: { readonly document: { readonly version: number }; readonly in_force: boolean },
): undefined {
  if (context.json) context.printJson(made)
  else
    context.print(
      `The ${sanitize(what)} is published as version ${made.document.version}, ${made.in_force ? 'and in force' : 'and not in force: there is a higher one'}.`,
    )
}

const accessLog: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const limit = Number(options.limit)
  const query = {
    lang: options.lang as 'en' | 'ja',
    time_zone: context.clock.timeZone,
    limit: Math.min(limit, PAGE_MAX),
  }
  const items = await take(client.support.accessLog(account, query), limit)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('Nobody of the operator has looked at this account.')
  else
    context.print(
      items.flatMap(({ operation, sentence }) =>
        wrap(`${sanitize(sentence)} (${operation})`, context.style.columns),
      ),
    )
  return undefined
}

const unmask: Handler = async (context, options, [account = '']) => {
  const answer = await context.client().support.unmask(account, { reason: String(options.reason) })
  if (context.json) context.printJson(answer)
  else
    context.print(
      `Names and addresses of ${sanitize(answer.account_id)} are shown to you until ${dateTimeZone(Date.parse(answer.until), context.clock)}. The account can read why.`,
    )
  return undefined
}
