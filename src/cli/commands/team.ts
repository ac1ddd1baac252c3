import { type Command, Option } from 'commander'
import { type Answer, type Body, type Client, take } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { amount, instantText, wholeNumber, withServer } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { type Cell, dateTimeZone, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'

const ROLES = ['owner', 'billing', 'admin', 'developer', 'usage_viewer'] as const

const roleOption = (): Option =>
  new Option('--role <role>', 'what the member may do').choices(ROLES)

export const registerMembers: Register = (program, bind) => {
  const members = program.command('members').description('who belongs to an account, and as what')
  withServer(
    members.command('add').description('add a member').argument('<account>').argument('<member>'),
  )
    .requiredOption('--name <name>', 'what people call them')
    .addOption(roleOption().makeOptionMandatory())
    .option('--email <address>', 'an e-mail address')
    .action(bind(addMember))
  withServer(
    members.command('list').description('the members of an account').argument('<account>'),
  ).action(bind(listMembers))
  withServer(
    members
      .command('change')
      .description('another name, address or role; takes a removed member up again')
      .argument('<account>')
      .argument('<member>'),
  )
    .option('--name <name>', 'what people call them')
    .option('--email <address>', 'an e-mail address, or "none"')
    .addOption(roleOption())
    .option('--reinstate', 'take a removed member up again')
    .action(bind(changeMember))
  withServer(
    members
      .command('remove')
      .description('remove a member and end its keys')
      .argument('<account>')
      .argument('<member>'),
  ).action(bind(removeMember))
}

type Member = Answer<'listMembers'>['items'][number]

function told(context: Context, answer: unknown, text: string): undefined {
  if (context.json) context.printJson(answer)
  else context.print(sanitize(text))
  return undefined
}

const addMember: Handler = async (context, options, [account = '', id = '']) => {
  const member = await context.client().members.add(account, {
    member_id: id,
    name: String(options.name),
    role: options.role as Member['role'],
    ...(typeof options.email === 'string' && { email: options.email }),
  })
  return told(context, member, `${member.name} (${member.member_id}) is a member: ${member.role}.`)
}

const changeMember: Handler = async (context, options, [account = '', id = '']) => {
  const body: Body<'changeMember'> = {
    ...(typeof options.name === 'string' && { name: options.name }),
    ...(typeof options.email === 'string' && {
      email: options.email === 'none' ? null : options.email,
    }),
    ...(options.role !== undefined && { role: options.role as Member['role'] }),
    ...(options.reinstate === true && { status: 'active' as const }),
  }
  if (Object.keys(body).length === 0)
    throw usageError('Nothing is to be changed.', {
      next: 'Give --name, --email, --role or --reinstate.',
    })
  const member = await context.client().members.change(account, id, body)
  return told(
    context,
    member,
    `${member.name} (${member.member_id}): ${member.role}, ${member.status}.`,
  )
}

const removeMember: Handler = async (context, _options, [account = '', id = '']) => {
  const member = await context.client().members.remove(account, id)
  return told(
    context,
    member,
    `${member.name} (${member.member_id}) is removed; its keys have ended.`,
  )
}

const listMembers: Handler = async (context, _options, [account = '']) => {
  const answer = await context.client().members.list(account)
  const rows = answer.items.map((own): Cell[] => [
    own.member_id,
    own.name,
    own.role,
    own.email ?? '',
    own.status === 'active' ? { text: 'active', tone: 'ok' } : { text: 'removed', tone: 'bad' },
  ])
  return table(context, answer, ['member', 'name', 'role', 'e-mail', 'state'], rows)
}

function table(
  context: Context,
  answer: unknown,
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
): undefined {
  if (context.json) context.printJson(answer)
  else if (rows.length === 0) context.print('There are none.')
  else
    context.print(
      renderTable(context.style, {
        columns: titles.map((title, index) => ({ title, ...(index > 1 && { drop: index }) })),
        rows: rows.map((row) => [...row]),
      }),
    )
  return undefined
}

export const registerProjects: Register = (program, bind) => {
  const projects = program.command('projects').description('the projects of an account')
  withServer(
    projects
      .command('add')
      .description('add a project')
      .argument('<account>')
      .argument('<project>'),
  )
    .requiredOption('--name <name>', 'what people call it')
    .action(
      bind(async (context, options, [account = '', id = '']) => {
        const body = { project_id: id, name: String(options.name) }
        const project = await context.client().projects.add(account, body)
        return told(context, project, `${project.name} (${project.project_id}) is a project.`)
      }),
    )
  withServer(
    projects.command('list').description('the projects of an account').argument('<account>'),
  ).action(
    bind(async (context, _options, [account = '']) => {
      const answer = await context.client().projects.list(account)
      const rows = answer.items.map((own): Cell[] => [own.project_id, own.name, own.status])
      return table(context, answer, ['project', 'name', 'state'], rows)
    }),
  )
  withServer(
    projects
      .command('archive')
      .description('archive a project; its caps and calls stay')
      .argument('<account>')
      .argument('<project>'),
  ).action(
    bind(async (context, _options, [account = '', id = '']) => {
      const project = await context.client().projects.change(account, id, { status: 'archived' })
      return told(context, project, `${project.name} (${project.project_id}) is archived.`)
    }),
  )
}

export const registerCaps: Register = (program, bind) => {
  const caps = program.command('caps').description('the caps that could stop a call')
  withServer(
    caps
      .command('effective')
      .description('every cap that could bind, the one with least left first')
      .argument('<account>'),
  )
    .option('--member <id>', 'for calls of this member')
    .option('--key <id>', 'for calls with this key: brings its member and project')
    .option('--project <id>', 'for calls of this project')
    .option('--model <id>', 'for calls to this model; any unless told')
    .action(bind(effective))
}

const effective: Handler = async (context, options, [account = '']) => {
  const { member, key, project, model } = options
  const asked = { member_id: member, key_id: key, project_id: project, model }
  const query = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined),
  ) as Parameters<Client['caps']['effective']>[1]
  const answer = await context.client().caps.effective(account, query)
  const rows = answer.items.map((own): Cell[] => [
    own.id,
    own.source.replace('_', ' '),
    `${own.amount}/${own.period}`,
    own.spent,
    own.held,
    own.left,
    own.resets_at === null ? 'never' : dateTimeZone(Date.parse(own.resets_at), context.clock),
    own.raised_until ? dateTimeZone(Date.parse(own.raised_until), context.clock) : '',
  ])
  const titles = ['cap', 'of', 'limit', 'spent', 'held', 'left', 'resets', 'raised until']
  return table(context, answer, titles, rows)
}

export const registerCapRequests: Register = (program, bind) => {
  const requests = program
    .command('cap-requests')
    .description('ask for a higher cap, and decide on it')
  registerAsking(requests, bind)
  withServer(
    requests
      .command('approve')
      .description('approve a request, also for less or for a shorter time')
      .argument('<account>')
      .argument('<request>'),
  )
    .option('--amount <amount>', 'what is granted, if not what was asked for', amount)
    .option('--until <time>', 'when the raise ends', instantText)
    .option('--reason <text>', 'a word to the member')
    .action(
      bind(async (context, options, [account = '', id = '']) => {
        const { amount: granted, until, reason } = options
        const given = Object.entries({ amount: granted, until, reason })
        const body = Object.fromEntries(given.filter(([, value]) => value !== undefined))
        const request = await context.client().capRequests.approve(account, id, body)
        return told(context, request, requestLine(request))
      }),
    )
  registerEnding(requests, bind)
}

function registerEnding(requests: Command, bind: Bind): void {
  withServer(
    requests
      .command('deny')
      .description('deny a request')
      .argument('<account>')
      .argument('<request>'),
  )
    .requiredOption('--reason <text>', 'why')
    .action(
      bind(async (context, options, [account = '', id = '']) => {
        const body = { reason: String(options.reason) }
        const request = await context.client().capRequests.deny(account, id, body)
        return told(context, request, requestLine(request))
      }),
    )
  withServer(
    requests
      .command('withdraw')
      .description('withdraw a request')
      .argument('<account>')
      .argument('<request>'),
  ).action(
    bind(async (context, _options, [account = '', id = '']) => {
      const request = await context.client().capRequests.withdraw(account, id)
      return told(context, request, requestLine(request))
    }),
  )
}

function registerAsking(requests: Command, bind: Bind): void {
  withServer(
    requests
      .command('create')
      .description('ask for a higher cap; changes no limit')
      .argument('<account>')
      .argument('<cap>'),
  )
    .requiredOption('--amount <amount>', 'the limit that is wanted', amount)
    .requiredOption('--reason <text>', 'why')
    .option('--until <time>', 'when it may end; without it, it stays', instantText)
    .option('--member <id>', 'who asks, and whose limit of a cap on each member')
    .action(bind(create))
  withServer(
    requests.command('list').description('requests, the latest first').argument('<account>'),
  )
    .addOption(
      new Option('--state <state>', 'only these').choices([
        'requested',
        'approved',
        'denied',
        'expired',
        'withdrawn',
      ]),
    )
    .option('--limit <n>', 'at most so many', wholeNumber(1, 200), 50)
    .action(bind(listRequests))
}

type CapRequest = Pick<
  Answer<'getCapRequest'>,
  'request_id' | 'cap_id' | 'state' | 'amount' | 'until' | 'decision'
>

function requestLine(request: CapRequest): string {
  const amountNow = request.decision?.amount ?? request.amount
  const until = request.decision?.amount ? request.decision.until : request.until
  const end = until === null ? 'without end' : `until ${until}`
  return `${request.request_id}: ${request.cap_id} to ${amountNow} ${end}: ${request.state}.`
}

const create: Handler = async (context, options, [account = '', capId = '']) => {
  const request = await context.client().capRequests.create(account, {
    cap_id: capId,
    amount: String(options.amount),
    until: typeof options.until === 'string' ? options.until : null,
    reason: String(options.reason),
    ...(typeof options.member === 'string' && { member_id: options.member }),
  })
  return told(context, request, requestLine(request))
}

const listRequests: Handler = async (context, options, [account = '']) => {
  const { state, limit } = options
  const asked = context
    .client()
    .capRequests.list(account, state === undefined ? {} : { state: state as CapRequest['state'] })
  const items = await take(asked, Number(limit))
  const rows = items.map((own): Cell[] => [
    own.request_id,
    own.cap_id,
    own.state,
    own.amount,
    own.member_id ?? '',
    own.reason,
  ])
  return table(context, { items }, ['request', 'cap', 'state', 'amount', 'of', 'why'], rows)
}
