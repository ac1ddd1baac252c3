import type { Context, Handler } from '../context.ts'
import { CliError } from '../exit.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { dateTimeZone } from '../render/index.ts'

export const registerSignInLinks: Register = (program, bind) => {
  withServer(
    program
      .command('sign-in-link')
      .description('a link that signs somebody in to the web app, once')
      .option('--staff <id>', 'a person who works for you')
      .option('--account <id>', 'an account, with --member')
      .option('--member <id>', 'a member of the account'),
  ).action(bind(signInLink))
}

export interface Link {
  readonly path: string
  readonly expires_at: string
}

const signInLink: Handler = async (context, options) => {
  const { staff, account, member } = options
  const client = context.client()
  if (typeof staff === 'string') {
    printLink(context, await client.signInLinks.create({ staff_id: staff }))
    return undefined
  }
  if (typeof account !== 'string' || typeof member !== 'string')
    throw new CliError('Whose link it is was not said.', {
      next: 'Give --staff ID, or --account ID with --member ID.',
      code: 'person_missing',
    })
  const link = await client.signInLinks.create({ account_id: account, member_id: member })
  printLink(context, link)
  return undefined
}

/** The whole address, and how long it works. */
export function printLink(context: Context, link: Link): void {
  const url = `${context.client().baseUrl}${link.path}`
  if (context.json) context.printJson({ ...link, url })
  else
    context.print([
      url,
      `It works once, until ${dateTimeZone(Date.parse(link.expires_at), context.clock)}.`,
    ])
}
