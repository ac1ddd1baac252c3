import { Option } from 'commander'
import type { Client } from '../../client/index.ts'
import { STAFF_ROLES } from '../../contract/permissions.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'
import { words } from '../views/receipt-parts.ts'

const role = (): Option => new Option('--role <role>', 'what they may do').choices(STAFF_ROLES)

export const registerStaff: Register = (program, bind) => {
  const staff = program
    .command('staff')
    .description('the people who work for you: operators and support agents')
  withServer(
    staff.command('add').description('add a person; the token is shown once').argument('<name>'),
  )
    .addOption(role().makeOptionMandatory())
    .option('--id <id>', 'yours; made when left out')
    .option('--email <address>', 'where an invitation goes, and by which a provider knows them')
    .action(bind(add))
  withServer(staff.command('list').description('everybody, also who was removed')).action(
    bind(list),
  )
  withServer(
    staff.command('change').description('change a name, an address or a role').argument('<id>'),
  )
    .addOption(role())
    .option('--name <name>')
    .option('--email <address>', 'an e-mail address, or "none"')
    .action(bind(change))
  withServer(
    staff.command('remove').description('end a person’s access, at once').argument('<id>'),
  ).action(bind(remove))
  withServer(
    staff
      .command('token')
      .description('make a new token for a person; the old one ends at once')
      .argument('<id>'),
  ).action(bind(token))
  withServer(
    staff
      .command('invite')
      .description('a link that lets a person in for the first time, once, within 7 days')
      .argument('<id>'),
  )
    .option('--email', 'send it to the address of the person instead of printing it')
    .option('--take-back', 'end the invitation that is open')
    .addOption(new Option('--lang <lang>', 'of the letter').choices(['en', 'ja']))
    .action(bind(invite))
}

type Staff = Awaited<ReturnType<Client['staff']['list']>>['items'][number]
type Role = Staff['role']

const add: Handler = async (context, options, [name = '']) => {
  const { id, email } = options
  const made = await context.client().staff.add({
    name,
    role: options.role as Role,
    ...(typeof id === 'string' && { staff_id: id }),
    ...(typeof email === 'string' && { email }),
  })
  printToken(context, made)
  return undefined
}

const list: Handler = async (context) => {
  const answer = await context.client().staff.list()
  if (context.json) context.printJson(answer)
  else context.print(staffLines(answer.items, context))
  return undefined
}

const change: Handler = async (context, options, [id = '']) => {
  const { name, email } = options
  if ([name, email, options.role].every((own) => own === undefined))
    throw usageError('Nothing is named that is to change.', {
      next: 'Name it: --name, --email or --role.',
    })
  const person = await context.client().staff.change(id, {
    ...(typeof name === 'string' && { name }),
    ...(typeof email === 'string' && { email: email === 'none' ? null : email }),
    ...(options.role !== undefined && { role: options.role as Role }),
  })
  if (context.json) context.printJson(person)
  else context.print(`${sanitize(person.name)} is ${words(person.role)}.`)
  return undefined
}

const remove: Handler = async (context, _options, [id = '']) => {
  const person = await context.client().staff.remove(id)
  if (context.json) context.printJson(person)
  else context.print(`${sanitize(person.name)} has no access any more.`)
  return undefined
}

const token: Handler = async (context, _options, [id = '']) => {
  printToken(context, await context.client().staff.renewToken(id))
  return undefined
}

const invite: Handler = async (context, options, [id = '']) => {
  const { staff, baseUrl } = context.client()
  if (options.takeBack === true) {
    const answer = await staff.takeBack(id)
    if (context.json) context.printJson(answer)
    else context.print(`No invitation of ${sanitize(id)} opens any more.`)
    return undefined
  }
  const by = options.email === true ? 'email' : 'copy'
  const { lang } = options
  const made = await staff.invite(id, {
    by,
    ...((lang === 'en' || lang === 'ja') && { lang }),
  })
  const url = made.path === null ? null : `${baseUrl}${made.path}`
  const until = dateTimeZone(Date.parse(made.expires_at), context.clock)
  if (context.json) context.printJson({ ...made, url })
  else if (url === null) context.print(`It was sent, and works once, until ${until}.`)
  else context.print([url, `It works once, until ${until}. Give it to nobody but its person.`])
  return undefined
}

function printToken(context: Context, made: Staff & { readonly token: string }): void {
  if (context.json) context.printJson(made)
  else
    context.print([
      sanitize(made.token),
      '',
      `This is the token of ${sanitize(made.name)} (${sanitize(made.staff_id)}). It is shown this once: keep it where secrets are kept.`,
    ])
}

function staffLines(people: readonly Staff[], context: Context): string[] {
  if (people.length === 0) return ['Nobody is on record: everycent staff add NAME --role support']
  const rows = people.map((own): Cell[] => [
    own.staff_id,
    own.name,
    words(own.role),
    own.email ?? '',
    own.prefix ?? '',
    dateTimeZone(Date.parse(own.created_at), context.clock),
    own.status === 'active' ? { text: 'active', tone: 'ok' } : { text: 'removed', tone: 'bad' },
  ])
  return renderTable(context.style, {
    columns: [
      { title: 'person' },
      { title: 'name', min: 8 },
      { title: 'role' },
      { title: 'e-mail', drop: 3 },
      { title: 'token begins', drop: 2 },
      { title: 'since', drop: 1 },
      { title: 'state' },
    ],
    rows,
  })
}
