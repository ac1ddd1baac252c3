import type { Body, Client } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { EXIT } from '../exit.ts'
import { readJson } from '../json-file.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, money, renderTable, sanitize } from '../render/index.ts'

export const registerPolicies: Register = (program, bind) => {
  withServer(
    program
      .command('policies')
      .description('what law means for credit, by country; with a file, publish a version')
      .argument('[file]'),
  ).action(bind(policies))
}

const policies: Handler = async (context, _options, [file]) => {
  const routes = context.client().policies
  if (file) {
    const made = await routes.publish(readJson(file, context.io.cwd) as Body<'publishPolicy'>)
    return printPublished(context, 'policy', made)
  }
  const answer = await routes.list()
  if (context.json) context.printJson(answer)
  else context.print(policyLines(answer.items, context))
  return EXIT.ok
}

type Policy = Awaited<ReturnType<Client['policies']['list']>>['items'][number]

function policyLines(items: readonly Policy[], context: Context): string[] {
  if (items.length === 0)
    return [
      'No policy row is published, so nothing can be bought.',
      'Publish one: everycent policies FILE',
    ]
  const rows = items.map(({ ref, in_force: inForce, document }): Cell[] => [
    ref,
    { text: inForce ? 'in force' : 'not in force', tone: inForce ? 'ok' : 'muted' },
    dateTimeZone(Date.parse(document.effective_from), context.clock),
    `${document.tax.name} ${document.tax.rate}`,
    document.paid_credit_validity ?? 'no end',
    document.withdrawal_days === 0 ? 'none' : `${document.withdrawal_days} days`,
    document.source,
  ])
  return renderTable(context.style, {
    columns: [
      { title: 'policy' },
      { title: 'state' },
      { title: 'from', drop: 1 },
      { title: 'tax' },
      { title: 'credit lives' },
      { title: 'withdrawal' },
      { title: 'source', min: 12, drop: 2 },
    ],
    rows,
  })
}

export const registerBundles: Register = (program, bind) => {
  withServer(
    program
      .command('bundles')
      .description('credit that costs less than it is worth; with a file, publish a list')
      .argument('[file]'),
  ).action(bind(bundles))
}

const bundles: Handler = async (context, _options, [file]) => {
  const client = context.client()
  if (file) {
    const body = readJson(file, context.io.cwd) as Body<'publishBundleList'>
    return printPublished(context, 'list of bundles', await client.bundleLists.publish(body))
  }
  const answer = await client.purchases.bundles()
  if (context.json) context.printJson(answer)
  else if (answer.items.length === 0) context.print('No bundle is on sale.')
  else
    context.print(
      renderTable(context.style, {
        columns: [
          { title: 'bundle' },
          { title: 'credit' },
          { title: 'price' },
          { title: 'list', drop: 1 },
        ],
        rows: answer.items.map(({ id, currency, face, price, list }) => [
          id,
          money(face, currency),
          money(price, currency),
          list,
        ]),
      }),
    )
  return EXIT.ok
}

function printPublished(
  context: Context,
  what: string,
  made: {
    readonly ref: string
    readonly in_force: boolean
    readonly document: { readonly effective_from: string }
  },
) {
  const from = dateTimeZone(Date.parse(made.document.effective_from), context.clock)
  if (context.json) context.printJson(made)
  else
    context.print(
      `The ${what} ${sanitize(made.ref)} is published, ${made.in_force ? 'and in force' : `in force from ${from}`}.`,
    )
  return EXIT.ok
}
