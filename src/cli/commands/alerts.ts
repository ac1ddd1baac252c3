import { type Command, Option } from 'commander'
import { type Answer, type Body, take } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { amount, collect, wholeNumber, withServer } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { type Cell, dateTimeZone, renderPairs, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'
import { registerAlertEndpoints } from './alert-endpoints.ts'

const LISTED = 20
const LISTED_MAX = 10_000
const PAGE_MAX = 200

export const registerAlerts: Register = (program, bind) => {
  const alerts = program
    .command('alerts')
    .description('what an account is told, and how it is sent')
  const count = new Option('-n, --limit <count>', 'how many')
    .default(LISTED)
    .argParser(wholeNumber(1, LISTED_MAX))
  withServer(alerts.command('list').description('what it was told').argument('<account>'))
    .addOption(count)
    .addOption(new Option('--lang <language>', 'in which language').choices(['en', 'ja']))
    .action(bind(list))
  withServer(
    alerts
      .command('seen')
      .description('mark what it was told as seen; shows how many are left')
      .argument('<account>')
      .argument('[notification]', 'up to this one; the latest unless told'),
  ).action(bind(seen))
  withServer(alerts.command('log').description('every attempt to deliver').argument('<account>'))
    .addOption(count)
    .option('--endpoint <id>', 'only to this endpoint')
    .action(bind(log))
  registerSettings(alerts, bind)
  registerAlertEndpoints(alerts, bind)
}

function registerSettings(alerts: Command, bind: Bind): void {
  withServer(alerts.command('set').description('show or change the settings').argument('<account>'))
    .option('--window-levels <percents>', 'such as 50,75,90,100; "none" for none', numbers)
    .option('--cap-levels <percents>', 'such as 50,75,90,100; "none" for none', numbers)
    .option('--lot-days <days>', 'days before a lot expires: 30,7,1', numbers)
    .option('--anomaly-factor <times>', 'how many usual hours an hour may cost', amount)
    .option('--anomaly-floor <amount>', 'below this no hour is unusual', amount)
    .option('--mute <kind>', 'do not tell this kind; repeat; replaces what is muted', collect)
    .action(bind(set))
}

/** `50,75` as numbers. Commander turns an empty list into nothing, so that a word stands for it. */
function numbers(text: string): number[] {
  if (text === 'none') return []
  if (/^\d{1,3}(,\d{1,3})*$/.test(text)) return text.split(',').map(Number)
  throw usageError(`${JSON.stringify(text)} is not a list of whole numbers.`, {
    next: 'Write 50,75,90,100 or none.',
  })
}

const limitOf = (options: Readonly<Record<string, unknown>>) => {
  const limit = Number(options.limit)
  return { limit, page: { limit: Math.min(limit, PAGE_MAX) } }
}

const list: Handler = async (context, options, [account = '']) => {
  const { limit, page } = limitOf(options)
  const lang = options.lang === 'ja' ? 'ja' : 'en'
  const query = { ...page, lang, time_zone: context.clock.timeZone } as const
  const items = await take(context.client().alerts.list(account, query), limit)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('The account was not told anything yet.')
  else
    context.print(
      items.flatMap(({ at, message, notification_id: id, seen: isSeen }) => [
        context.style.paint('strong', `${isSeen ? '' : '(new) '}${sanitize(message.title)}`),
        `  ${dateTimeZone(Date.parse(at), context.clock)} - ${sanitize(id)}`,
        ...message.lines.map((line) => `  ${sanitize(line)}`),
        '',
      ]),
    )
  return undefined
}

const seen: Handler = async (context, _options, [account = '', given]) => {
  const { alerts } = context.client()
  const [latest] = given === undefined ? await take(alerts.list(account, { limit: 1 }), 1) : []
  const id = given ?? latest?.notification_id
  const answer =
    id === undefined
      ? await alerts.unread(account)
      : await alerts.markSeen(account, { notification_id: id })
  if (context.json) context.printJson(answer)
  else context.print(answer.unread === 0 ? 'Nothing is unread.' : `${answer.unread} are unread.`)
  return undefined
}

const log: Handler = async (context, options, [account = '']) => {
  const { limit, page } = limitOf(options)
  const query = {
    ...page,
    ...(typeof options.endpoint === 'string' && { endpoint_id: options.endpoint }),
  }
  const items = await take(context.client().alerts.deliveries(account, query), limit)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('Nothing was sent yet.')
  else
    context.print(
      renderTable(context.style, { columns: LOG_COLUMNS, rows: rowsOf(context, items) }),
    )
  return undefined
}

const LOG_COLUMNS = [
  { title: 'at' },
  { title: 'kind', min: 8 },
  { title: 'outcome' },
  { title: 'status', drop: 1 },
  { title: 'attempt', drop: 2 },
  { title: 'endpoint', drop: 3 },
  { title: 'notification', drop: 4 },
]

const rowsOf = (context: Context, items: Answer<'listDeliveries'>['items']): Cell[][] =>
  items.map((item) => [
    dateTimeZone(Date.parse(item.at), context.clock),
    item.kind,
    outcomeCell(item.outcome),
    item.status === null ? '' : String(item.status),
    String(item.attempt),
    item.endpoint_id,
    item.notification_id,
  ])

const outcomeCell = (outcome: string): Cell => ({
  text: outcome,
  tone: outcome === 'delivered' ? 'ok' : 'bad',
})

const set: Handler = async (context, options, [account = '']) => {
  const given = {
    window_levels: options.windowLevels,
    cap_levels: options.capLevels,
    lot_expiry_days: options.lotDays,
    anomaly_factor: options.anomalyFactor,
    anomaly_floor: options.anomalyFloor,
    muted: options.mute,
  }
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const { alerts } = context.client()
  const settings =
    Object.keys(body).length === 0
      ? await alerts.settings(account)
      : await alerts.set(account, body as Body<'setAlertSettings'>)
  if (context.json) context.printJson(settings)
  else
    context.print(
      renderPairs(context.style, [
        ['levels of windows', percents(settings.window_levels)],
        ['levels of caps', percents(settings.cap_levels)],
        ['reset is told above', `${settings.window_reset_above} % used`],
        ['lots expire in', settings.lot_expiry_days.map((days) => `${days} d`).join(', ') || 'off'],
        ['unusual hour', `${settings.anomaly_factor} usual ones, above ${settings.anomaly_floor}`],
        ['muted', settings.muted.join(', ') || 'nothing'],
      ]),
    )
  return undefined
}

const percents = (levels: readonly number[]): string =>
  levels.map((level) => `${level} %`).join(', ') || 'off'
