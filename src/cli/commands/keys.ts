import type { Client } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'

export const registerKeys: Register = (program, bind) => {
  const keys = program.command('keys').description('the keys with which an account calls')
  withServer(
    keys.command('create').description('make a key; it is shown once').argument('<account>'),
  )
    .requiredOption('--name <name>', 'what people call it')
    .option('--member <id>', 'every call with it is of this member')
    .option('--project <id>', 'every call with it is for this project')
    .option('--client <name>', 'every call with it is from this client')
    .action(bind(create))
  withServer(
    keys.command('list').description('the keys of an account').argument('<account>'),
  ).action(bind(list))
  withServer(
    keys
      .command('revoke')
      .description('end a key, at once')
      .argument('<account>')
      .argument('<key>'),
  ).action(bind(revoke))
}

const create: Handler = async (context, options, [account = '']) => {
  const { member, project, client } = options
  const of = { member_id: member, project_id: project, client }
  const given = Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined))
  const key = await context.client().keys.create(account, { name: String(options.name), ...given })
  if (context.json) context.printJson(key)
  else
    context.print([
      sanitize(key.key),
      '',
      `This is the key ${sanitize(key.key_id)}. It is shown this once: keep it where secrets are kept.`,
    ])
  return undefined
}

const list: Handler = async (context, _options, [account = '']) => {
  const answer = await context.client().keys.list(account)
  if (context.json) context.printJson(answer)
  else context.print(keyLines(answer.items, context))
  return undefined
}

const revoke: Handler = async (context, _options, [account = '', keyId = '']) => {
  const key = await context.client().keys.revoke(account, keyId)
  if (context.json) context.printJson(key)
  else context.print(`The key ${sanitize(key.key_id)} (${sanitize(key.name)}) is revoked.`)
  return undefined
}

type Key = Awaited<ReturnType<Client['keys']['list']>>['items'][number]

function keyLines(keys: readonly Key[], context: Context): string[] {
  if (keys.length === 0) return ['The account has no keys.']
  const rows = keys.map((key): Cell[] => [
    key.key_id,
    key.prefix,
    key.name,
    [key.member_id, key.project_id, key.client].filter((part) => part !== null).join(' - '),
    dateTimeZone(Date.parse(key.created_at), context.clock),
    key.revoked_at === null ? { text: 'valid', tone: 'ok' } : { text: 'revoked', tone: 'bad' },
  ])
  return renderTable(context.style, {
    columns: [
      { title: 'key' },
      { title: 'begins', drop: 2 },
      { title: 'name', min: 8 },
      { title: 'of', min: 8, drop: 3 },
      { title: 'made', drop: 1 },
      { title: 'state' },
    ],
    rows,
  })
}
