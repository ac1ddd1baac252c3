import { Option } from 'commander'
import { findReceipt, namedAccount, receiptIdOf } from '../account.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { sanitize, wrap } from '../render/text.ts'
import { receiptLines } from '../views/receipt.ts'

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

export const registerExplain: Register = (program, bind) => {
  withServer(
    program
      .command('explain')
      .description('the same in sentences')
      .argument('<id>', 'receipt or call id'),
  )
    .option('-a, --account <id>', ACCOUNT)
    .addOption(
      new Option('-l, --lang <language>', 'the language').choices(['en', 'ja']).default('en'),
    )
    .addOption(
      new Option('--length <length>', 'how much')
        .choices(['short', 'medium', 'long'])
        .default('medium'),
    )
    .action(
      bind(async (context, options, [id = '']) => {
        const client = context.client()
        const lang = options.lang as 'en' | 'ja'
        const length = options.length as 'short' | 'medium' | 'long'
        const account = namedAccount(context.io, options)
        const explanation = await findReceipt(client, account, (query) =>
          client.calls.explanation(receiptIdOf(id), { ...query, lang, length } as Parameters<
            typeof client.calls.explanation
          >[1]),
        )
        if (context.json) context.printJson(explanation)
        else
          context.print(
            explanation.sentences.flatMap((one) => wrap(sanitize(one), context.style.columns)),
          )
        return undefined
      }),
    )
}
