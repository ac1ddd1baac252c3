import { type Command, Option } from 'commander'
import { type Answer, type Body, take } from '../../client/index.ts'
import { type BookChange, type BookPart, bookChanges } from '../../contract/price-changes.ts'
import type { Context, Handler } from '../context.ts'
import { EXIT } from '../exit.ts'
import { readJson } from '../json-file.ts'
import { withServer } from '../options.ts'
import { readPriceBook } from '../price-book-files.ts'
import type { Bind, Register } from '../program.ts'
import { type Cell, dateTimeZone, renderTable, sanitize } from '../render/index.ts'
import { registerPlanSimulation } from './plan-simulation.ts'
import { registerPriceDrafts } from './price-drafts.ts'

const LISTED_MAX = 1_000

export const registerPrices: Register = (program, bind) => {
  const prices = program.command('prices').description('price books: immutable, dated, published')
  withServer(
    prices
      .command('publish')
      .description('publish a price book, for ever; calls that waited for its prices are completed')
      .argument('<file>'),
  ).action(
    bind(async (context, _options, [file = '']) => {
      // Read here first: its faults are then told with the file's name, and nothing is sent.
      const { document } = readPriceBook(file, context.io.cwd)
      const book = await context.client().priceBooks.publish(document as Body<'publishPriceBook'>)
      if (context.json) context.printJson(book)
      else
        context.print(
          `Published the price book ${sanitize(book.price_book_id)}, in force from ${dateTimeZone(Date.parse(book.effective_from), context.clock)}.`,
        )
      return EXIT.ok
    }),
  )
  registerPriceList(prices, bind)
  registerPriceDrafts(prices, bind)
  withServer(
    prices
      .command('diff')
      .description('what changes from one book to another')
      .argument('<book>')
      .argument('<other>'),
  ).action(
    bind(async (context, _options, [book = '', other = '']) => {
      const difference = await context.client().priceBooks.diff(book, other)
      if (context.json) context.printJson(difference)
      else context.print(diffLines(difference, context))
      return EXIT.ok
    }),
  )
}

function registerPriceList(prices: Command, bind: Bind): void {
  withServer(prices.command('list').description('the published books, the latest first')).action(
    bind(async (context) => {
      const items = await take(context.client().priceBooks.list(), LISTED_MAX)
      if (context.json) context.printJson({ items })
      else {
        const rows = items.map((book): Cell[] => [
          book.price_book_id,
          { text: book.state, tone: book.state === 'active' ? 'ok' : 'muted' },
          book.currency,
          dateTimeZone(Date.parse(book.effective_from), context.clock),
          dateTimeZone(Date.parse(book.published_at), context.clock),
        ])
        const columns = [
          { title: 'price book' },
          { title: 'state' },
          { title: 'currency' },
          { title: 'in force from' },
          { title: 'published', drop: 1 },
        ]
        context.print(
          rows.length === 0
            ? [
                'No price book is published, so every call is unpriced.',
                'Publish one: everycent prices publish FILE',
              ]
            : renderTable(context.style, { columns, rows }),
        )
      }
      return EXIT.ok
    }),
  )
}

const MARKS = { changed: 'changed', added: 'added', removed: 'removed' } as const
const PARTS: Readonly<Record<BookPart, string>> = {
  price: 'token price',
  fee: 'fee',
  multiplier: 'multiplier',
  rule: 'several multipliers',
  promotion: 'promotion',
  alias: 'name of a model',
  order: 'order of names',
  limits: 'expected / longest output',
}

function diffLines(difference: Answer<'diffPriceBooks'>, { style }: Context): string[] {
  const changes = bookChanges(difference)
  const { added, removed } = difference.models
  const models = [
    ...(added.length > 0 ? [`New models: ${added.map(sanitize).join(', ')}`] : []),
    ...(removed.length > 0 ? [`No longer priced: ${removed.map(sanitize).join(', ')}`] : []),
  ]
  if (changes.length === 0) return ['The two books price everything alike.']
  const columns = [
    { title: '' },
    { title: 'of' },
    { title: 'what', min: 12 },
    { title: 'when', min: 8, drop: 1 },
    { title: 'from', align: 'right' },
    { title: 'to', align: 'right' },
    { title: 'change', align: 'right' },
  ] as const
  return [...models, ...renderTable(style, { columns, rows: changes.map(changeCells) })]
}

const changeCells = (own: BookChange): Cell[] => [
  MARKS[own.change],
  PARTS[own.part],
  [own.name === '*' ? 'every model' : own.name, own.detail ?? ''].filter(Boolean).join(' '),
  whenText(own.when),
  own.before ?? '',
  own.after ?? '',
  own.permille === null ? '' : percentText(own.permille),
]

const whenText = (when: BookChange['when']): string => {
  const sides = [when?.before, when?.after].flatMap((one) =>
    one && Object.keys(one).length > 0 ? [JSON.stringify(one)] : [],
  )
  return [...new Set(sides)].join(' -> ')
}

const percentText = (permille: number): string =>
  new Intl.NumberFormat('en', {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  }).format(permille / 1_000)

export const registerPlans: Register = (program, bind) => {
  const plans = program.command('plans').description('plans: windows, coverage and controls')
  registerPlanSimulation(plans, bind)
  withServer(plans.command('list').description('the versions of every plan')).action(
    bind(async (context) => {
      const items = await take(context.client().plans.list(), LISTED_MAX)
      if (context.json) context.printJson({ items })
      else context.print(planLines(items, context))
      return EXIT.ok
    }),
  )
  withServer(
    plans
      .command('show')
      .description('what a plan costs and includes, in words')
      .argument('<plan>', 'plan and version, such as pro@3'),
  )
    .addOption(new Option('--lang <language>', 'en or ja').choices(['en', 'ja']))
    .action(bind(showPlan))
  withServer(
    plans
      .command('promotions')
      .description('dated multipliers of window capacity; with a file, publish one')
      .argument('[file]'),
  ).action(bind(promotions))
  withServer(
    plans
      .command('publish')
      .description('make a version of a plan from a file, and publish it')
      .argument('<file>'),
  ).action(
    bind(async (context, _options, [file = '']) => {
      const { plans: routes } = context.client()
      const draft = await routes.create(readJson(file, context.io.cwd) as Body<'createPlan'>)
      const plan =
        draft.status === 'draft' ? await routes.publish(draft.plan_id, draft.version) : draft
      if (context.json) context.printJson(plan)
      else context.print(`The plan ${sanitize(plan.plan)} is ${plan.status}.`)
      return EXIT.ok
    }),
  )
}

const showPlan: Handler = async (context, options, [ref = '']) => {
  const [planId = '', version = '1'] = ref.split('@')
  const lang = options.lang === 'ja' ? 'ja' : 'en'
  const plan = await context.client().plans.get(planId, Number(version), { lang })
  if (context.json) context.printJson(plan)
  else
    context.print([
      context.style.paint('strong', sanitize(`${plan.plan}  ${plan.document.name}`)),
      ...plan.says.map(sanitize),
    ])
  return EXIT.ok
}

const promotions: Handler = async (context, _options, [file]) => {
  const { subscriptions } = context.client()
  if (file) {
    const body = readJson(file, context.io.cwd) as Body<'publishWindowPromotion'>
    const made = await subscriptions.publishWindowPromotion(body)
    if (context.json) context.printJson(made)
    else context.print(`Published the window promotion ${sanitize(made.document.id)}.`)
    return EXIT.ok
  }
  const { items } = await subscriptions.windowPromotions()
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('No window promotion is published.')
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'promotion' },
          { title: 'times' },
          { title: 'from' },
          { title: 'until' },
          { title: 'plans', min: 8, drop: 1 },
        ],
        rows: items.map(({ document }): Cell[] => [
          document.id,
          document.multiplier,
          dateTimeZone(Date.parse(document.from), context.clock),
          dateTimeZone(Date.parse(document.until), context.clock),
          document.plans?.join(', ') ?? 'all',
        ]),
      }),
    )
  return EXIT.ok
}

interface PlanRow {
  readonly plan: string
  readonly status: string
  readonly document: {
    readonly name: string
    readonly currency: string
    readonly price?: string
    readonly period?: string
    readonly seats?: { readonly price_each: string }
    readonly windows: readonly {
      readonly id: string
      readonly length: string
      readonly capacity?: string
      readonly capacity_per_seat?: string
    }[]
  }
}

type PlanWindow = PlanRow['document']['windows'][number]

const windowText = (one: PlanWindow): string =>
  one.capacity_per_seat === undefined
    ? `${one.id} ${one.capacity} per ${one.length}`
    : `${one.id} ${one.capacity_per_seat} a seat per ${one.length}`

function feeText({ price, seats, period = 'P1M' }: PlanRow['document']): string {
  const parts = [
    ...(price === undefined ? [] : [price]),
    ...(seats === undefined ? [] : [`${seats.price_each} a seat`]),
  ]
  if (parts.length === 0) return 'none'
  return `${parts.join(' + ')} ${period === 'P1Y' ? 'a year' : 'a month'}`
}

function planLines(plans: readonly PlanRow[], { style }: Context): string[] {
  if (plans.length === 0)
    return ['There are no plans yet.', 'Publish one: everycent plans publish FILE']
  const rows = plans.map(({ plan, status, document }): Cell[] => [
    plan,
    document.name,
    { text: status, tone: status === 'published' ? 'ok' : 'muted' },
    document.windows.map(windowText).join(', '),
    feeText(document),
    document.currency,
  ])
  return renderTable(style, {
    columns: [
      { title: 'plan' },
      { title: 'name', min: 8, drop: 2 },
      { title: 'status' },
      { title: 'windows', min: 16 },
      { title: 'fee' },
      { title: 'currency', drop: 1 },
    ],
    rows,
  })
}
