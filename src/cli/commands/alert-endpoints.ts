import { type Command, Option } from 'commander'
import type { Answer, Body } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit.ts'
import { collect, withServer } from '../options.ts'
import type { Bind } from '../program.ts'
import { type Cell, dateTimeZone, renderPairs, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'

export function registerAlertEndpoints(alerts: Command, bind: Bind): void {
  withServer(
    alerts.command('endpoints').description('where it is sent').argument('<account>'),
  ).action(bind(endpoints))
  withServer(
    alerts
      .command('add')
      .description('add an endpoint; the secret of a webhook is shown once')
      .argument('<account>')
      .argument('<address>', 'https address, or e-mail address'),
  )
    .requiredOption('--name <name>', 'what people call it')
    .option('--chat', 'the address takes chat messages (Slack and alike)')
    .option('--kind <kind>', 'only this kind; repeat for more', collect)
    .addOption(new Option('--lang <language>', 'in which language').choices(['en', 'ja']))
    .option('--time-zone <zone>', 'IANA time zone')
    .action(bind(add))
  registerChanges(alerts, bind)
  const one = (name: string, description: string, handler: Handler): void => {
    const command = alerts.command(name).description(description)
    withServer(command.argument('<account>').argument('<endpoint>')).action(bind(handler))
  }
  one('test', 'send a test message now', test)
  one('rotate', 'replace the secret of a webhook; both sign for 24 hours', rotate)
  one('enable', 'send to it again, also what was kept', (context, _options, args) =>
    turn(context, args, 'enabled'),
  )
  one('disable', 'send nothing to it, of what is due neither', (context, _options, args) =>
    turn(context, args, 'paused'),
  )
  one('remove', 'remove it with its secrets; the log stays', remove)
}

function registerChanges(alerts: Command, bind: Bind): void {
  withServer(
    alerts
      .command('change')
      .description('change what an endpoint gets, and how it is written')
      .argument('<account>')
      .argument('<endpoint>'),
  )
    .option('--name <name>', 'what people call it')
    .option('--kind <kind>', 'only this kind; repeat for more; replaces the kinds', collect)
    .option('--every-kind', 'every kind')
    .addOption(new Option('--lang <language>', 'in which language').choices(['en', 'ja']))
    .option('--time-zone <zone>', 'IANA time zone')
    .action(bind(change))
  withServer(
    alerts
      .command('redeliver')
      .description('deliver an alert again, with the same id and the same body')
      .argument('<account>')
      .argument('<notification>')
      .argument('<endpoint>'),
  ).action(bind(redeliver))
}

const endpoints: Handler = async (context, _options, [account = '']) => {
  const answer = await context.client().alerts.endpoints(account)
  if (context.json) context.printJson(answer)
  else if (answer.items.length === 0) context.print('The account has no notification endpoints.')
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'endpoint' },
          { title: 'channel', drop: 2 },
          { title: 'name', min: 8 },
          { title: 'address', min: 12, drop: 1 },
          { title: 'state' },
        ],
        rows: answer.items.map((own): Cell[] => [
          own.endpoint_id,
          own.channel,
          own.name,
          own.address,
          { text: own.status, tone: own.status === 'enabled' ? 'ok' : 'bad' },
        ]),
      }),
    )
  return undefined
}

const add: Handler = async (context, options, [account = '', address = '']) => {
  const isMail = !address.includes('://')
  const given = { kinds: options.kind, locale: options.lang, time_zone: options.timeZone }
  const body = {
    channel: isMail ? 'email' : options.chat === true ? 'chat' : 'webhook',
    name: String(options.name),
    address,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  } as Body<'createEndpoint'>
  const endpoint = await context.client().alerts.addEndpoint(account, body)
  if (context.json) context.printJson(endpoint)
  else
    context.print([
      `Added the endpoint ${sanitize(endpoint.endpoint_id)} (${endpoint.channel}).`,
      ...(endpoint.secret === null
        ? []
        : [sanitize(endpoint.secret), 'This secret is shown this once: it verifies the webhooks.']),
    ])
  return undefined
}

const test: Handler = async (context, _options, [account = '', endpoint = '']) =>
  showAttempt(context, await context.client().alerts.test(account, endpoint))

const redeliver: Handler = async (context, _options, args) => {
  const [account = '', notification = '', endpoint_id = ''] = args
  const { alerts } = context.client()
  return showAttempt(context, await alerts.redeliver(account, notification, { endpoint_id }))
}

function showAttempt(context: Context, attempt: Answer<'testEndpoint'>): ExitCode | undefined {
  if (context.json) context.printJson(attempt)
  else {
    const status = attempt.status === null ? '' : ` with status ${attempt.status}`
    const detail = attempt.detail === null ? '' : ` (${sanitize(attempt.detail)})`
    context.print(`${attempt.outcome}${status}${detail}, in ${attempt.duration_ms} ms.`)
  }
  return attempt.outcome === 'delivered' ? undefined : EXIT.failure
}

const rotate: Handler = async (context, _options, [account = '', endpoint = '']) => {
  const rotated = await context.client().alerts.rotateSecret(account, endpoint)
  const until = dateTimeZone(Date.parse(rotated.previous_until), context.clock)
  if (context.json) context.printJson(rotated)
  else
    context.print([
      sanitize(rotated.secret),
      `This secret is shown this once. The old one signs too until ${until}.`,
    ])
  return undefined
}

const change: Handler = async (context, options, [account = '', endpoint = '']) => {
  const given = {
    name: options.name,
    kinds: options.everyKind === true ? null : options.kind,
    locale: options.lang,
    time_zone: options.timeZone,
  }
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (Object.keys(body).length === 0)
    throw usageError('Nothing to change was named.', {
      next: 'Name what changes, such as --kind window_level or --lang ja.',
    })
  const changed = await context
    .client()
    .alerts.changeEndpoint(account, endpoint, body as Body<'changeEndpoint'>)
  showEndpoint(context, changed)
  return undefined
}

async function turn(
  context: Context,
  [account = '', endpoint = '']: readonly string[],
  status: 'enabled' | 'paused',
): Promise<undefined> {
  const { alerts } = context.client()
  showEndpoint(context, await alerts.changeEndpoint(account, endpoint, { status }))
}

const remove: Handler = async (context, _options, [account = '', endpoint = '']) => {
  const removed = await context.client().alerts.removeEndpoint(account, endpoint)
  if (context.json) context.printJson(removed)
  else context.print(`Removed the endpoint ${sanitize(removed.endpoint_id)}.`)
  return undefined
}

function showEndpoint(context: Context, own: Answer<'changeEndpoint'>): void {
  if (context.json) {
    context.printJson(own)
    return
  }
  context.print(
    renderPairs(context.style, [
      ['endpoint', own.endpoint_id],
      ['state', own.status],
      ['name', own.name],
      ['address', own.address],
      ['kinds', own.kinds === null ? 'every kind' : own.kinds.join(', ') || 'none'],
      ['language', own.locale],
      ['time zone', own.time_zone],
    ]),
  )
}
