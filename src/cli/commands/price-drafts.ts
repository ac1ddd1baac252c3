import type { Command } from 'commander'
import { type Answer, take } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { readJson } from '../json-file.ts'
import { instantText, wholeNumber, withServer } from '../options.ts'
import type { Bind } from '../program.ts'
import { type Cell, dateTimeZone, exactMoney, renderTable, sanitize } from '../render/index.ts'

const LISTED_MAX = 1_000
const CALLS_MAX = 20_000

type Draft = Answer<'getPriceDraft'>

/** Drafts of price books: written by one person, approved by another. */
export function registerPriceDrafts(prices: Command, bind: Bind): void {
  withServer(
    prices
      .command('draft')
      .description('store a price book that is not published yet; with --draft, write it anew')
      .argument('<file>'),
  )
    .option('--note <text>', 'why, for whoever approves it')
    .option('--draft <id>', 'the draft to write anew')
    .action(bind(write))
  withServer(prices.command('drafts').description('drafts, the latest first')).action(bind(list))
  withServer(
    prices
      .command('show')
      .description('a book or a draft: what each model costs by kind of token')
      .argument('<book or draft>'),
  ).action(bind(show))
  withServer(
    prices
      .command('approve')
      .description('publish the book of a draft; where two are needed, as the second person')
      .argument('<draft>'),
  ).action(bind(approve))
  withServer(prices.command('discard').description('give up a draft').argument('<draft>')).action(
    bind(discard),
  )
  withServer(
    prices
      .command('rollback')
      .description('draft a new version from an old book, so that its prices come back')
      .argument('<book>'),
  )
    .requiredOption('--id <id>', 'of the new book')
    .requiredOption('--from <time>', 'when it takes effect', instantText)
    .option('--note <text>', 'why, for whoever approves it')
    .action(bind(rollback))
  withServer(
    prices
      .command('impact')
      .description('what a file, a draft or a book would have made of past calls; reads only')
      .argument('<file, draft or book>'),
  )
    .option('--from <time>', 'not before; seven days ago unless told', instantText)
    .option('--to <time>', 'before; now unless told', instantText)
    .option('--sample <calls>', 'look at no more calls than that', wholeNumber(1, CALLS_MAX))
    .action(bind(impact))
}

const isDraft = (id: string): boolean => id.startsWith('draft_')

const write: Handler = async (context, options, [file = '']) => {
  const document = readJson(file, context.io.cwd) as Record<string, unknown>
  const { priceDrafts } = context.client()
  const note = typeof options.note === 'string' ? { note: options.note } : {}
  const id = options.draft
  const draft =
    typeof id === 'string'
      ? await priceDrafts.revise(id, {
          ...{ document, ...note },
          revision: (await priceDrafts.get(id)).revision,
        })
      : await priceDrafts.create({ document, ...note })
  printDraft(context, draft)
  return undefined
}

const rollback: Handler = async (context, options, [book = '']) => {
  const draft = await context.client().priceDrafts.create({
    based_on: {
      price_book_id: book,
      id: String(options.id),
      effective_from: String(options.from),
    },
    ...(typeof options.note === 'string' && { note: options.note }),
  })
  printDraft(context, draft)
  return undefined
}

function printDraft(context: Context, draft: Draft): void {
  if (context.json) {
    context.printJson(draft)
    return
  }
  const { errors } = draft
  context.print([
    `Draft ${sanitize(draft.draft_id)}, revision ${draft.revision}. It prices nothing yet.`,
    ...errors.map(({ location, message }) => sanitize(`  ${location} ${message}`)),
    errors.length > 0
      ? `Correct it: everycent prices draft FILE --draft ${sanitize(draft.draft_id)}`
      : `Look at what it changes: everycent prices impact ${sanitize(draft.draft_id)}`,
  ])
}

const list: Handler = async (context) => {
  const items = await take(context.client().priceDrafts.list(), LISTED_MAX)
  if (context.json) context.printJson({ items })
  else if (items.length === 0)
    context.print(['There is no draft.', 'Write one: everycent prices draft FILE'])
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'draft' },
          { title: 'state' },
          { title: 'revision', align: 'right', drop: 2 },
          { title: 'price book' },
          { title: 'by', min: 8, drop: 1 },
          { title: 'changed', drop: 3 },
        ],
        rows: items.map((draft): Cell[] => [
          draft.draft_id,
          { text: draft.state, tone: draft.state === 'draft' ? 'ok' : 'muted' },
          String(draft.revision),
          draft.price_book_id ?? '',
          draft.authors.join(', '),
          dateTimeZone(Date.parse(draft.updated_at), context.clock),
        ]),
      }),
    )
  return undefined
}

const approve: Handler = async (context, _options, [id = '']) => {
  const { priceDrafts } = context.client()
  const { revision } = await priceDrafts.get(id)
  const book = await priceDrafts.publish(id, { revision })
  if (context.json) context.printJson(book)
  else
    context.print(
      `Published the price book ${sanitize(book.price_book_id)}, in force from ${dateTimeZone(Date.parse(book.effective_from), context.clock)}.`,
    )
  return undefined
}

const discard: Handler = async (context, _options, [id = '']) => {
  const { priceDrafts } = context.client()
  const { revision } = await priceDrafts.get(id)
  const draft = await priceDrafts.discard(id, { revision })
  if (context.json) context.printJson(draft)
  else context.print(`The draft ${sanitize(draft.draft_id)} is discarded.`)
  return undefined
}

const show: Handler = async (context, _options, [id = '']) => {
  const { priceDrafts, priceBooks } = context.client()
  const shown = isDraft(id) ? await priceDrafts.get(id) : await priceBooks.get(id)
  if (context.json) context.printJson(shown)
  else context.print(bookLines(shown.document as { rows?: unknown }, context))
  return undefined
}

interface BookRow {
  readonly model?: string
  readonly kind?: string
  readonly per_mtok?: string
  readonly when?: object
}

/** Models by kinds of token; a row with a condition is a line of its own. */
function bookLines({ rows }: { rows?: unknown }, { style }: Context): string[] {
  const all = (Array.isArray(rows) ? rows : []) as BookRow[]
  if (all.length === 0) return ['It has no row, so that it prices nothing.']
  const kinds = [...new Set(all.map(({ kind }) => kind ?? ''))]
  const lines = new Map<string, Map<string, string>>()
  for (const { model = '', kind = '', per_mtok = '', when } of all) {
    const name = when === undefined ? model : `${model} ${JSON.stringify(when)}`
    lines.set(name, (lines.get(name) ?? new Map()).set(kind, per_mtok))
  }
  return renderTable(style, {
    columns: [
      { title: 'model, per million tokens', min: 16 },
      ...kinds.map((title) => ({ title, align: 'right' as const })),
    ],
    rows: [...lines].map(([name, own]): Cell[] => [
      name,
      ...kinds.map((kind) => own.get(kind) ?? ''),
    ]),
  })
}

const impact: Handler = async (context, options, [named = '']) => {
  const { priceDrafts } = context.client()
  const book = named.endsWith('.json')
    ? { document: readJson(named, context.io.cwd) as Record<string, unknown> }
    : isDraft(named)
      ? { draft_id: named }
      : { price_book_id: named }
  const found = await priceDrafts.impact({
    ...book,
    ...(typeof options.from === 'string' && { from: options.from }),
    ...(typeof options.to === 'string' && { to: options.to }),
    ...(typeof options.sample === 'number' && { sample: options.sample }),
  })
  if (context.json) context.printJson(found)
  else context.print(impactLines(found, context))
  return undefined
}

type Impact = Answer<'previewPriceImpact'>

function impactLines(found: Impact, context: Context): string[] {
  const { totals, become_unpriced: lost, looked_at: seen } = found
  const money = (amount: string): string => exactMoney(amount, found.currency)
  const seenLine = `${seen.calls} calls of ${seen.accounts} accounts were looked at${found.partial ? ', not all there are' : ''}.`
  const sums = (title: string, rows: Impact['by_model']): string[] =>
    rows.length === 0
      ? []
      : renderTable(context.style, {
          columns: [
            { title, min: 12 },
            { title: 'calls', align: 'right', drop: 1 },
            { title: 'before', align: 'right' },
            { title: 'after', align: 'right' },
            { title: 'difference', align: 'right' },
          ],
          rows: rows.map((own): Cell[] => [
            own.id,
            String(own.calls),
            money(own.before),
            money(own.after),
            money(own.difference),
          ]),
        })
  return [
    `${money(totals.before)} would have been ${money(totals.after)} at list price: ${money(totals.difference)}.`,
    `${totals.dearer} calls dearer, ${totals.cheaper} cheaper, ${totals.same} the same. ${seenLine}`,
    ...(lost.calls === 0
      ? []
      : [
          `${lost.calls} calls would have no price: ${sanitize(lost.missing.map(({ what }) => what).join(', '))}.`,
        ]),
    ...sums('model', found.by_model),
    ...sums('plan', found.by_plan),
    ...sums('account', found.accounts),
  ]
}
