import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { type Client, take } from '../../client/index.ts'
import { BILLING_PROVIDERS } from '../../core/reconciliation/index.ts'
import { DAY_MS, formatInstant, instant } from '../../core/time/index.ts'
import type { Context, Handler } from '../context.ts'
import { EXIT, usageError } from '../exit.ts'
import { readJson } from '../json-file.ts'
import { amount, collect, instantText, wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { sanitize } from '../render/text.ts'
import { runLines, runListLines } from '../views/reconciliation.ts'

const LISTED_MAX = 200
const NUMBER_MAX = 1_000_000

export const registerReconcile: Register = (program, bind) => {
  const reconcile = program
    .command('reconcile')
    .description('hold a provider’s bill, or the payment processor, against the journal')
  timed(
    withServer(
      reconcile
        .command('provider')
        .description('import reports of a provider, and compare; without files, what was imported')
        .argument('[files...]'),
    ),
  )
    .addOption(new Option('--provider <name>', 'whose bill').choices(BILLING_PROVIDERS))
    .option(
      '-b, --prices <file>',
      'the provider’s prices; the published books; repeatable',
      collect,
    )
    .option('--key <id>', 'the provider’s id of a key of yours; repeatable', collect)
    .option(
      '--discount <multiplier>',
      'agreed with the provider, such as 0.85; repeatable',
      collect,
    )
    .action(bind(provider))
  timed(
    withServer(
      reconcile.command('processor').description('compare the balance of the payment processor'),
    ),
  ).action(bind(processor))
  withServer(reconcile.command('runs').description('what was compared, the latest first')).action(
    bind(runs),
  )
  withServer(
    reconcile.command('show').description('a run with its differences').argument('<run>'),
  ).action(bind(show))
  withServer(
    reconcile
      .command('resolve')
      .description('say what a difference was')
      .argument('<run>')
      .argument('<number>', 'of the difference', wholeNumber(1, NUMBER_MAX)),
  )
    .requiredOption('--reason <words>', 'for whoever asks later')
    .action(bind(resolveOne))
}

const timed = (command: Command): Command =>
  command
    .option('--from <time>', 'the beginning', instantText)
    .option('--until <time>', 'the end, not part of it', instantText)
    .option('--threshold <amount>', 'what may stay unexplained; 1 unless told', amount)

type Options = Readonly<Record<string, unknown>>
type Run = Awaited<ReturnType<Client['reconciliation']['get']>>
type Import = Awaited<ReturnType<Client['reconciliation']['importBill']>>

const provider: Handler = async (context, options, args) => {
  const files = args as unknown as readonly (readonly string[])[]
  const imported: Import[] = []
  for (const file of files[0] ?? []) imported.push(await importFile(context, file))
  const { prices, key, discount } = options as Readonly<Record<string, string[] | undefined>>
  const run = await context.client().reconciliation.start({
    kind: 'provider',
    provider: providerOf(options, imported),
    ...timeOf(context, options, imported),
    ...thresholdOf(options),
    ...(prices && {
      cost_books: prices.map((file) => readJson(file, context.io.cwd) as Record<string, unknown>),
    }),
    ...(key && { own_keys: key }),
    ...(discount && { discounts: discount }),
  })
  return shown(context, run)
}

async function importFile(context: Context, file: string): Promise<Import> {
  let content: string
  try {
    content = readFileSync(resolve(context.io.cwd, file), 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageError(`The file ${file} cannot be read.`, { why, next: 'Correct the path.' })
  }
  const own = await context
    .client()
    .reconciliation.importBill({ file_name: basename(file), content })
  if (!context.json) {
    const known = own.already_known ? ', known already' : ''
    context.print(`${sanitize(file)}: ${sanitize(own.form)}, ${own.rows} rows${known}.`)
  }
  return own
}

function providerOf(options: Options, imported: readonly Import[]): Import['provider'] {
  if (options.provider !== undefined) return options.provider as Import['provider']
  const [first, ...rest] = [...new Set(imported.map((own) => own.provider))]
  if (first !== undefined && rest.length === 0) return first
  throw usageError('It is not said whose bill is compared.', {
    next: 'Name the provider with --provider, one at a time.',
  })
}

/** What the files cover; without files and times, the last whole day. */
function timeOf(context: Context, options: Options, imported: readonly Import[]) {
  const today = Math.floor(context.io.now() / DAY_MS) * DAY_MS
  const starts = imported.map((own) => Date.parse(own.covers_from))
  const ends = imported.map((own) => Date.parse(own.covers_until))
  const from = starts.length > 0 ? Math.min(...starts) : today - DAY_MS
  const until = ends.length > 0 ? Math.max(...ends) : today
  return {
    from: (options.from as string | undefined) ?? formatInstant(instant(from)),
    until: (options.until as string | undefined) ?? formatInstant(instant(until)),
  }
}

const thresholdOf = ({ threshold }: Options) =>
  threshold === undefined ? {} : { threshold: String(threshold) }

const processor: Handler = async (context, options) => {
  const run = await context.client().reconciliation.start({
    kind: 'processor',
    ...timeOf(context, options, []),
    ...thresholdOf(options),
  })
  return shown(context, run)
}

/** 6 where something waits for a person. */
function shown(context: Context, run: Run) {
  if (context.json) context.printJson(run)
  else context.print(runLines(run, context))
  const waits = run.differences.some(({ case_id, resolved }) => case_id !== null && !resolved)
  return waits ? EXIT.difference : EXIT.ok
}

const runs: Handler = async (context) => {
  const items = await take(context.client().reconciliation.list(), LISTED_MAX)
  if (context.json) context.printJson({ items })
  else context.print(runListLines(items, context))
  return undefined
}

const show: Handler = async (context, _options, [id = '']) => {
  shown(context, await context.client().reconciliation.get(id))
  return undefined
}

const resolveOne: Handler = async (context, options, [run_id = '', number]) => {
  const own = { run_id, number: Number(number) }
  const run = await context.client().reconciliation.resolve(own, { reason: String(options.reason) })
  if (context.json) context.printJson(run)
  else context.print(`Difference ${own.number} of ${sanitize(run_id)} is resolved.`)
  return undefined
}
