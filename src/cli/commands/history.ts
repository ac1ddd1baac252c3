import { InvalidArgumentError, Option } from 'commander'
import { type Client, take } from '../../client/index.ts'
import { TIMELINE_KINDS } from '../../contract/timeline/codes.ts'
import type { Context, Handler } from '../context.ts'
import { instantText, wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, money, renderPairs, renderTable } from '../render/index.ts'
import { sanitize, wrap } from '../render/text.ts'
import { words } from '../views/receipt-parts.ts'

const LISTED = 50
const LISTED_MAX = 10_000
const PAGE_MAX = 200

const language = () =>
  new Option('-l, --lang <language>', 'the language').choices(['en', 'ja']).default('en')

export const registerTimeline: Register = (program, bind) => {
  withServer(
    program
      .command('timeline')
      .description('what happened to an account, as one list, the latest first')
      .argument('<account>'),
  )
    .option('--from <time>', 'not before', instantText)
    .option('--until <time>', 'before; not part of it', instantText)
    .option('--kinds <kinds>', `only these: ${TIMELINE_KINDS.join(',')}`, kindsText)
    .addOption(
      new Option('-n, --limit <count>', 'how many lines')
        .default(LISTED)
        .argParser(wholeNumber(1, LISTED_MAX)),
    )
    .addOption(language())
    .action(bind(timeline))
}

export const registerStateAt: Register = (program, bind) => {
  withServer(
    program
      .command('state-at')
      .description('the account as it was known at a moment')
      .argument('<account>')
      .argument('<time>', 'such as 2026-12-01T00:00:00Z', instantText),
  )
    .option('--compare <time>', 'also what changed between the two', instantText)
    .addOption(language())
    .action(bind(stateAt))
}

function kindsText(text: string): string {
  const asked = text.split(',')
  if (asked.every((kind) => TIMELINE_KINDS.some((own) => own === kind))) return text
  throw new InvalidArgumentError(
    `It must be kinds with commas between, of: ${TIMELINE_KINDS.join(', ')}.`,
  )
}

const timeline: Handler = async (context, options, [account = '']) => {
  const limit = Number(options.limit)
  const lang = options.lang as 'en' | 'ja'
  const given = ['from', 'until', 'kinds'].filter((name) => options[name] !== undefined)
  const query = {
    limit: Math.min(limit, PAGE_MAX),
    time_zone: context.clock.timeZone,
    ...Object.fromEntries(given.map((name) => [name, String(options[name])])),
  }
  const items = await take(context.client().accounts.timeline(account, query), limit)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('Nothing happened.')
  else
    context.print(
      items.flatMap((own) => {
        const at = dateTimeZone(Date.parse(own.at), context.clock)
        const [first = '', ...more] = wrap(
          sanitize(own.sentence[lang]),
          Math.max(SENTENCE_MIN, context.style.columns - at.length - GAP.length),
        )
        const indent = ' '.repeat(at.length)
        return [`${at}${GAP}${first}`, ...more.map((line) => `${indent}${GAP}${line}`)]
      }),
    )
  return undefined
}

const GAP = '  '
const SENTENCE_MIN = 30

type Then = Awaited<ReturnType<Client['accounts']['stateAt']>>
type Moment = NonNullable<Then['compare']>['with']

const stateAt: Handler = async (context, options, [account = '', at = '']) => {
  const { compare } = options
  const lang = options.lang as 'en' | 'ja'
  const time_zone = context.clock.timeZone
  const query = { at, time_zone, ...(compare !== undefined && { compare: String(compare) }) }
  const then = await context.client().accounts.stateAt(account, query)
  if (context.json) context.printJson(then)
  else
    context.print([
      ...wrap(sanitize(then.sentence[lang]), context.style.columns),
      '',
      ...momentLines(then, then.currency, context),
      ...(then.compare ? changeLines(then.compare, lang, context) : []),
    ])
  return undefined
}

function momentLines(own: Moment, currency: string, context: Context): string[] {
  const sources = [
    ...own.windows.map((window): Cell[] => [
      `window ${window.id}`,
      money(window.used, currency),
      money(window.left, currency),
      window.state === 'open' ? until(window.end, context) : 'not begun',
    ]),
    ...own.lots.map((lot): Cell[] => [
      `credit ${sanitize(lot.name)}`,
      '',
      money(lot.remaining, currency),
      lot.state === 'active' ? until(lot.expires_at, context) : words(lot.state),
    ]),
    ...own.caps.map((cap): Cell[] => [
      `cap ${cap.id}`,
      money(cap.spent, currency),
      money(cap.left, currency),
      until(cap.resets_at, context),
    ]),
  ]
  return [
    ...renderPairs(context.style, [
      ['journal entry', String(own.seq)],
      ['plan', own.plan],
      ['price book', own.price_book ?? 'none'],
      ['paid use', own.paid_use ? 'on' : 'off'],
      ['overage', own.overage ? `${money(own.overage.used, currency)} used` : 'off'],
      ['in flight', inFlight(own, currency)],
    ]),
    ...(sources.length === 0
      ? []
      : [
          '',
          ...renderTable(context.style, {
            columns: [
              { title: 'source', min: 12 },
              { title: 'used', align: 'right' },
              { title: 'left', align: 'right' },
              { title: 'until', drop: 1 },
            ],
            rows: sources,
          }),
        ]),
  ]
}

const until = (at: string | null, context: Context): string =>
  at === null ? '' : dateTimeZone(Date.parse(at), context.clock)

function inFlight({ in_flight: own }: Moment, currency: string): string {
  const calls = `${own.complete ? '' : 'at least '}${own.calls} calls`
  if (own.calls === 0) return calls
  return `${calls}, holding ${money(own.money, currency)} and ${money(own.included, currency)} of included usage (on which source is not known)`
}

function changeLines(
  { changes }: NonNullable<Then['compare']>,
  lang: 'en' | 'ja',
  context: Context,
): string[] {
  if (changes.length === 0) return ['', 'Between the two moments no source changed.']
  return [
    '',
    'Between the two moments:',
    ...changes.flatMap((own) =>
      wrap(sanitize(own.sentence[lang]), context.style.columns - GAP.length).map(
        (line) => `${GAP}${line}`,
      ),
    ),
  ]
}
