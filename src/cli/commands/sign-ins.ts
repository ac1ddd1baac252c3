import { take } from '../../client/index.ts'
import type { Handler } from '../context.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { dateTimeZone } from '../render/index.ts'

const MOST = 50

export const registerSignIns: Register = (program, bind) => {
  withServer(
    program
      .command('sign-ins')
      .description('who signed in to the web app, and who tried to, the latest first')
      .option('--staff <id>', 'only this person who works for you')
      .option('--account <id>', 'only this account')
      .option('--member <id>', 'only this member of the account'),
  ).action(bind(signIns))
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const signIns: Handler = async (context, options) => {
  const [staff, account, member] = [options.staff, options.account, options.member].map(text)
  const items = await take(
    context.client().signIns.list({
      limit: MOST,
      ...(staff !== undefined && { staff_id: staff }),
      ...(account !== undefined && { account_id: account }),
      ...(member !== undefined && { member_id: member }),
    }),
    MOST,
  )
  if (context.json) context.printJson({ items })
  else
    context.print(
      items.map(({ at, kind, way, person, browser, address }) =>
        [
          dateTimeZone(Date.parse(at), context.clock),
          person.staff_id ?? [person.account_id, person.member_id].filter(Boolean).join(' '),
          way === null ? kind : `${kind} (${way})`,
          browser ?? '-',
          address ?? '-',
        ].join('  '),
      ),
    )
  return undefined
}
