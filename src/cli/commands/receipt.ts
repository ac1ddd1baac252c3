import { Option } from 'commander'
import { chosenAccount, findReceipt, namedAccount, receiptIdOf } from '../account.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { instantText, wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { sanitize, wrap } from '../render/text.ts'
import { explainedEntryLines } from '../views/entry.ts'
import { receiptLines } from '../views/receipt.ts'

const SEQ_MAX = Number.MAX_SAFE_INTEGER
const ACCOUNT = 'the account; an operator may leave it out where there are few'

export const registerReceipt: Register = (program, bind) => {
  withServer(
    program
      .command('receipt')
      .description('why a call cost what it did, and why from there')
      .argument('<id>', 'receipt or call id'),
  )
    .option('-a, --account <id>', ACCOUNT)
    .option('--trace', 'also windows, caps, attempts, timeline, postings and evidence')
    .action(
      bind(async (context, options, [id = '']) => {
        const client = context.client()
        const account = namedAccount(context.io, options)
        const receipt = await findReceipt(client, account, (query) =>
          client.calls.receipt(receiptIdOf(id), query),
        )
        if (context.json) context.printJson(receipt)
        else context.print(receiptLines(receipt, { ...context, trace: options.trace === true }))
        return undefined
      }),
    )
}

export const registerEntry: Register = (program, bind) => {
  withServer(
    program
      .command('entry')
      .description('what a journal entry did: a fee, a purchase, a change of plan')
      .argument('<seq>', 'its number, as statements and receipts name it', wholeNumber(1, SEQ_MAX)),
  )
    .option('-a, --account <id>', ACCOUNT)
    .addOption(
      new Option('-l, --lang <language>', 'the language').choices(['en', 'ja']).default('en'),
    )
    .action(
      bind(async (context, options, [seq]) => {
        const client = context.client()
        const account = await chosenAccount(client, context.io, options)
        const own = await client.accounts.entry(account, Number(seq), {
          lang: options.lang as 'en' | 'ja',
          time_zone: context.clock.timeZone,
        })
        if (context.json) context.printJson(own)
        else context.print(explainedEntryLines(own, context))
        return undefined
      }),
    )
}

export const registerExplain: Register = (program, bind) => {
  withServer(
    program
      .command('explain')
      .description('a call, an interval or a closed statement in sentences')
      .argument('[id]', 'receipt or call id; without one, an interval of the account'),
  )
    .option('-a, --account <id>', ACCOUNT)
    .option('--from <time>', 'of an interval: not before; seven days unless told', instantText)
    .option('--until <time>', 'of an interval: before; now unless told', instantText)
    .addOption(
      new Option('--statement <number>', 'a closed statement').argParser(wholeNumber(1, 1_000_000)),
    )
    .addOption(
      new Option('-l, --lang <language>', 'the language').choices(['en', 'ja']).default('en'),
    )
    .addOption(
      new Option('--length <length>', 'how much')
        .choices(['short', 'medium', 'long'])
        .default('medium'),
    )
    .action(bind(explain))
}

const OF_PERIOD = ['from', 'until', 'statement'] as const

const explain: Handler = async (context, options, [id]) => {
  const told = {
    lang: options.lang as 'en' | 'ja',
    time_zone: context.clock.timeZone,
    length: options.length as 'short' | 'medium' | 'long',
  }
  const named = OF_PERIOD.filter((name) => options[name] !== undefined)
  if (id && named.length > 0)
    throw usageError(`--${named[0]} does not go with a receipt.`, {
      next: 'Leave the receipt out to explain an interval or a statement.',
    })
  const explanation = id
    ? await ofReceipt(context, options, { id, told })
    : await ofPeriod(context, options, told)
  if (context.json) context.printJson(explanation)
  else
    context.print(
      explanation.sentences.flatMap((one) => wrap(sanitize(one), context.style.columns)),
    )
  return undefined
}

interface Told {
  readonly lang: 'en' | 'ja'
  readonly time_zone: string
  readonly length: 'short' | 'medium' | 'long'
}
type Options = Readonly<Record<string, unknown>>

function ofReceipt(context: Context, options: Options, { id, told }: { id: string; told: Told }) {
  const client = context.client()
  const account = namedAccount(context.io, options)
  return findReceipt(client, account, (query) =>
    client.calls.explanation(receiptIdOf(id), { ...query, ...told } as Parameters<
      typeof client.calls.explanation
    >[1]),
  )
}

async function ofPeriod(context: Context, options: Options, told: Told) {
  const client = context.client()
  const { from, until, statement } = options
  return client.accounts.explanation(await chosenAccount(client, context.io, options), {
    ...told,
    ...(from !== undefined && { from: String(from) }),
    ...(until !== undefined && { until: String(until) }),
    ...(statement !== undefined && { statement: Number(statement) }),
  })
}
