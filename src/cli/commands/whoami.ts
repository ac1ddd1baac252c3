import type { Client } from '../../client/index.ts'
import type { Context } from '../context.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, renderPairs } from '../render/index.ts'
import { words } from '../views/receipt-parts.ts'

export const registerWhoami: Register = (program, bind) => {
  withServer(
    program
      .command('whoami')
      .description('whom your token speaks for: account, plan, member, project, role'),
  ).action(
    bind(async (context) => {
      const answer = await context.client().whoami()
      if (context.json) context.printJson(answer)
      else context.print(whoamiLines(answer, context))
      return undefined
    }),
  )
}

type Whoami = Awaited<ReturnType<Client['whoami']>>

function whoamiLines({ principal, account, staff_id, key }: Whoami, { style }: Context): string[] {
  const ofKey: [string, string | null | undefined][] = [
    ['person', staff_id],
    ['key', key?.key_id],
    ['member', key?.member_id],
    ['project', key?.project_id],
    ['client', key?.client],
  ]
  const pairs: [string, Cell][] = [
    ['you are', words(principal)],
    ...(account
      ? ([
          ['account', `${account.account_id} - ${account.name}`],
          ['plan', account.plan],
          ['currency', account.currency],
        ] satisfies [string, Cell][])
      : []),
    ...ofKey.flatMap(([name, value]): [string, Cell][] => (value ? [[name, value]] : [])),
  ]
  return renderPairs(style, pairs)
}
