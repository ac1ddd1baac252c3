import { InvalidArgumentError } from 'commander'
import type { EntryAnswer } from '../../client/index.ts'
import { receiptIdOf } from '../account.ts'
import { amount, wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { printEntry } from '../views/entry.ts'

/** Refunds are unique by this word, so it is a code and no prose. */
function reasonCode(text: string): string {
  if (/^[a-z0-9_]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError(
    'It must be a code of small letters, digits and _, such as upstream_failure.',
  )
}

/** A call by its own id, or by that of its receipt. */
const callIdOf = (id: string): string => receiptIdOf(id).replace(/^rcpt_/, 'call_')

export const registerRefund: Register = (program, bind) => {
  withServer(
    program
      .command('refund')
      .description('give a charge back to the sources it came from, once for one reason')
      .argument('<account>')
      .argument('<call>', 'call or receipt id'),
  )
    .requiredOption('--reason <code>', 'such as upstream_failure', reasonCode)
    .option('--amount <amount>', 'a part of it; all that is left unless told', amount)
    .option('--extension-days <days>', 'how long credit lives that has expired since', days)
    .action(
      bind(async (context, options, [account = '', call = '']) => {
        const entry = await context.client().credit.refund(account, {
          call_id: callIdOf(call),
          reason: String(options.reason),
          ...(typeof options.amount === 'string' && { amount: options.amount }),
          ...(typeof options.extensionDays === 'number' && {
            extension_days: options.extensionDays,
          }),
        })
        printEntry(context, entry, sentence('Refunded', entry))
        return undefined
      }),
    )
}

const days = wholeNumber(1, 3_650)

export const registerReverse: Register = (program, bind) => {
  withServer(
    program
      .command('reverse')
      .description('take an entry back that should not have been: its postings, mirrored')
      .argument('<account>')
      .argument('<seq>', 'the number of the entry', wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  )
    .requiredOption('--reason <words>', 'for the journal')
    .action(
      bind(async (context, options, [account = '', seq = '']) => {
        const entry = await context
          .client()
          .credit.reverse(account, { seq: Number(seq), reason: String(options.reason) })
        printEntry(context, entry, sentence(`Reversed entry ${seq}`, entry))
        return undefined
      }),
    )
}

export const registerVoid: Register = (program, bind) => {
  withServer(
    program
      .command('void')
      .description('take back credit that was given and not used')
      .argument('<account>')
      .argument('<lot>'),
  )
    .requiredOption('--reason <words>', 'for the journal')
    .action(
      bind(async (context, options, [account = '', lot = '']) => {
        const entry = await context
          .client()
          .credit.voidLot(account, lot, { reason: String(options.reason) })
        printEntry(context, entry, sentence(`Voided ${lot}`, entry))
        return undefined
      }),
    )
}

const sentence = (done: string, entry: EntryAnswer): string =>
  `${done} on ${entry.account_id}. The postings say what moved where.`
