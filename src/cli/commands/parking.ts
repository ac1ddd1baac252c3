import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { exactMoney, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'
import { printEntry } from '../views/entry.ts'

const LISTED = 20

export const registerPark: Register = (program, bind) => {
  withServer(
    program
      .command('park')
      .description('stop billing an account until somebody has looked; its calls go on')
      .argument('<account>'),
  )
    .requiredOption('--reason <words>', 'why, for the journal')
    .action(
      bind(async (context, options, [account = '']) => {
        const body = { reason: String(options.reason) }
        const entry = await context.client().accounts.park(account, body)
        const now = `${sanitize(account)} is parked: its calls go on and cost nothing.`
        printEntry(context, entry, now)
        return undefined
      }),
    )
}

export const registerUnpark: Register = (program, bind) => {
  withServer(
    program
      .command('unpark')
      .description('bill a parked account again, once its books agree')
      .argument('<account>'),
  )
    .requiredOption('--reason <words>', 'what was found, for the journal')
    .action(
      bind(async (context, options, [account = '']) => {
        const body = { reason: String(options.reason) }
        const answer = await context.client().accounts.unpark(account, body)
        if (context.json) {
          context.printJson(answer)
          return undefined
        }
        const { count, total, currency, calls } = answer.not_billed
        context.print([
          `${sanitize(account)} is billed again since entry ${answer.entry.seq}: its books agree.`,
          count === 0
            ? 'No call was carried by the platform meanwhile.'
            : `${count} calls of ${exactMoney(total, currency)} were carried by the platform meanwhile, and stay so.`,
        ])
        if (count > 0)
          context.print(
            renderTable(context.style, {
              columns: [{ title: 'receipt' }, { title: 'amount', align: 'right' }],
              rows: calls
                .slice(0, LISTED)
                .map((own) => [own.receipt_id, exactMoney(own.amount, currency)]),
            }),
          )
        return undefined
      }),
    )
}
