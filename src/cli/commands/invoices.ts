import { type Command, Option } from 'commander'
import type { Answer, Body } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context, Handler } from '../context.ts'
import { amount, collect, withAccount, withServer } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { dateTimeZone, exactMoney, renderPairs, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'
import { printEntry } from '../views/entry.ts'
import { invoiceLines } from '../views/invoice.ts'
import { writeDocument } from './statements.ts'

export const registerInvoices: Register = (program, bind) => {
  const invoices = program.command('invoices').description('what is owed, and the payments for it')
  withAccount(invoices.command('list').description('every invoice')).action(bind(list))
  withAccount(invoices.command('show').description('one').argument('<invoice>'))
    .addOption(lang())
    .action(bind(show))
  registerFiles(invoices, bind)
  registerPayments(invoices, bind)
  registerParties(invoices, bind)
}

const lang = () =>
  new Option('--lang <language>', 'the language').choices(['en', 'ja']).default('en')

function registerFiles(invoices: Command, bind: Bind): void {
  for (const format of ['pdf', 'csv'] as const)
    withAccount(
      invoices.command(format).description(`one as ${format.toUpperCase()}`).argument('<invoice>'),
    )
      .option('--out <file>', 'where to; CSV goes to standard output without it')
      .addOption(lang())
      .action(
        bind(async (context, options, [invoice = '']) => {
          const account = await chosenAccount(context.client(), context.io, options)
          const language = options.lang === 'ja' ? 'ja' : 'en'
          const { invoices: own } = context.client()
          const bytes = await own.file(account, invoice, { format, lang: language })
          writeDocument(context, options, { format, bytes })
          return undefined
        }),
      )
}

function registerPayments(invoices: Command, bind: Bind): void {
  withAccount(
    invoices
      .command('pay')
      .description('record a payment that was received; once, by its id')
      .argument('<payment>', 'its id at the bank or processor'),
  )
    .requiredOption('--amount <amount>', 'what was received', amount)
    .option('--invoice <id>', 'that it pays; without it: overage that is on no invoice yet')
    .action(bind(pay))
  withAccount(
    invoices
      .command('void')
      .description('take back one that nobody has paid of')
      .argument('<invoice>'),
  )
    .requiredOption('--reason <text>', 'why, for the journal')
    .action(
      bind(async (context, options, [invoice = '']) => {
        const account = await chosenAccount(context.client(), context.io, options)
        const { invoices: own } = context.client()
        const entry = await own.void(account, invoice, { reason: String(options.reason) })
        printEntry(
          context,
          entry,
          'The invoice is taken back. What it was for goes on the next one.',
        )
        return undefined
      }),
    )
}

const withParty = (command: Command): Command =>
  withServer(command)
    .option('--name <name>', 'of the company or person')
    .option('--address <line>', 'a line of the address; repeat for more', collect)
    .option('--tax-id <id>', 'tax or registration number')

function registerParties(invoices: Command, bind: Bind): void {
  withParty(invoices.command('issuer').description('show or say who issues invoices')).action(
    bind(async (context, options) => {
      const { invoices: own } = context.client()
      const change = partyOf(options)
      const party =
        Object.keys(change).length === 0 ? await own.issuer() : await own.changeIssuer(change)
      printParty(context, party)
      return undefined
    }),
  )
  withParty(
    invoices.command('bill-to').description('show or change how an account is named on invoices'),
  )
    .option('-a, --account <id>', 'whose; EVERYCENT_ACCOUNT, or the only one')
    .option('--reference <number>', 'the buyer\u2019s order')
    .option('--jurisdiction <country>', 'whose tax invoices bear: JP (operators only)')
    .action(
      bind(async (context, options) => {
        const account = await chosenAccount(context.client(), context.io, options)
        const { invoices: own } = context.client()
        const change: Body<'changeBillingProfile'> = {
          ...partyOf(options),
          ...(typeof options.reference === 'string' && { reference: options.reference }),
          ...(typeof options.jurisdiction === 'string' && { jurisdiction: options.jurisdiction }),
        }
        const party =
          Object.keys(change).length === 0
            ? await own.profile(account)
            : await own.changeProfile(account, change)
        printParty(context, party)
        return undefined
      }),
    )
}

const partyOf = (options: Readonly<Record<string, unknown>>): Body<'changeIssuer'> => ({
  ...(typeof options.name === 'string' && { name: options.name }),
  ...(Array.isArray(options.address) && { address: options.address as string[] }),
  ...(typeof options.taxId === 'string' && { tax_id: options.taxId }),
})

function printParty(
  context: Context,
  party: Answer<'getIssuer'> & Partial<Answer<'getBillingProfile'>>,
): void {
  if (context.json) {
    context.printJson(party)
    return
  }
  const pairs: (readonly [string, string])[] = [
    ['name', party.name ?? 'not set'],
    ...(party.address ?? []).map((line) => ['address', line] as const),
    ['tax id', party.tax_id ?? '-'],
    ...(party.reference === undefined ? [] : [['reference', party.reference] as const]),
    ...(party.jurisdiction === undefined ? [] : [['jurisdiction', party.jurisdiction] as const]),
  ]
  context.print(renderPairs(context.style, pairs))
}

const pay: Handler = async (context, options, [payment = '']) => {
  const account = await chosenAccount(context.client(), context.io, options)
  const entry = await context.client().invoices.pay(account, {
    payment_id: payment,
    amount: String(options.amount),
    ...(typeof options.invoice === 'string' && { invoice_id: options.invoice }),
  })
  printEntry(context, entry, `Recorded the payment ${sanitize(payment)}.`)
  return undefined
}

const list: Handler = async (context, options) => {
  const account = await chosenAccount(context.client(), context.io, options)
  const answer = await context.client().invoices.list(account)
  if (context.json) {
    context.printJson(answer)
    return undefined
  }
  const { items, owed } = answer
  if (items.length === 0) {
    context.print('There are no invoices.')
    return undefined
  }
  const { currency } = items[0]!
  context.print([
    ...renderTable(context.style, {
      columns: [
        { title: 'invoice' },
        { title: 'label', drop: 2 },
        { title: 'statement', align: 'right', drop: 3 },
        { title: 'due', drop: 1 },
        { title: 'status' },
        { title: 'total', align: 'right' },
        { title: 'left', align: 'right' },
      ],
      rows: items.map((own) => [
        own.invoice_id,
        own.label,
        `${own.statement}`,
        dateTimeZone(Date.parse(own.due_at), context.clock),
        { text: own.status, tone: own.status === 'overdue' ? ('bad' as const) : 'plain' },
        exactMoney(own.total, currency),
        exactMoney(own.left, currency),
      ]),
    }),
    '',
    `On no invoice yet: ${exactMoney(owed.overage, currency)} of overage.`,
  ])
  return undefined
}

const show: Handler = async (context, options, [invoice = '']) => {
  const account = await chosenAccount(context.client(), context.io, options)
  const own = await context.client().invoices.get(account, invoice)
  if (context.json) context.printJson(own)
  else context.print(invoiceLines(own, { ...context, lang: options.lang === 'ja' ? 'ja' : 'en' }))
  return undefined
}
