import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  disputeLetter,
  LETTER_LANGUAGES,
  type LetterLanguage,
} from '../../contract/letter/index.ts'
import type { ExternalCall } from '../../core/audit/index.ts'
import { type Nanos, parseNanos } from '../../core/money/index.ts'
import type { PriceBook } from '../../core/pricing/index.ts'
import { magnitude } from '../../core/reconciliation/index.ts'
import { instant } from '../../core/time/index.ts'
import { DIALECTS, type Dialect } from '../../core/usage/usage.ts'
import { isMappable, KNOWN_FORMS } from '../../imports/index.ts'
import { type AuditInput, readAuditFiles } from '../audit/files.ts'
import { auditJson } from '../audit/json.ts'
import { type AuditResult, auditInput } from '../audit/run.ts'
import type { Handler } from '../context.ts'
import { EXIT, usageError } from '../exit.ts'
import { collect, withOutput } from '../options.ts'
import { defaultPriceBooks, readPriceBook } from '../price-book-files.ts'
import type { Register } from '../program.ts'
import { auditLines, badLines } from '../views/audit.ts'

export const registerAudit: Register = (program, bind) => {
  auditOptions(
    withOutput(
      program
        .command('audit')
        .description(
          'check a bill of any provider against your own log of calls; needs no server and no database',
        ),
    ),
  ).action(bind(audit))
}

const auditOptions = (command: Command): Command =>
  command
    .requiredOption(
      '--charges <file>',
      'the bill: a table, a log or a provider’s report; repeatable',
      collect,
    )
    .option(
      '--calls <file>',
      'the log of calls; left out where the bill has both; repeatable',
      collect,
    )
    .option('-b, --prices <file>', 'the price book; those that come with it; repeatable', collect)
    .addOption(
      new Option('--format <name>', 'the form of the files; recognised unless told').choices([
        ...KNOWN_FORMS.map(({ name }) => name),
        'mapped',
      ]),
    )
    .option(
      '--map <field=column>',
      'where a field is, such as charge.amount=cost_usd; repeatable',
      collectMap,
    )
    .option('--currency <code>', 'of charges that do not say')
    .addOption(new Option('--dialect <name>', 'of calls that do not say').choices(DIALECTS))
    .option(
      '--threshold <amount>',
      'unexplained differences of a report up to this are none',
      threshold,
      '0',
    )
    .addOption(
      new Option('--letter <language>', 'write a dispute letter').choices(LETTER_LANGUAGES),
    )

function threshold(text: string): string {
  if ((parseNanos(text) ?? -1n) < 0n)
    throw new InvalidArgumentError('It is an amount such as 0.01.')
  return text
}

function collectMap(text: string, before: ReadonlyMap<string, string> = new Map()) {
  const [field = '', ...column] = text.split('=')
  if (column.join('=') === '' || !isMappable(field))
    throw new InvalidArgumentError(
      'It is charge.FIELD=COLUMN or call.FIELD=COLUMN, such as charge.amount=cost_usd.',
    )
  return new Map([...before, [field, column.join('=')]])
}

const audit: Handler = async (context, options) => {
  const list = (name: string): string[] => (options[name] as string[] | undefined) ?? []
  const { cwd } = context.io
  const files = {
    charges: list('charges'),
    calls: list('calls'),
    form: (options.format as string | undefined) ?? null,
    map: (options.map as ReadonlyMap<string, string> | undefined) ?? new Map(),
    currency: (options.currency as string | undefined) ?? null,
    dialect: (options.dialect as Dialect | undefined) ?? null,
  }
  const books = list('prices').map((file) => readPriceBook(file, cwd))
  const input = await readAuditFiles(files, cwd)
  refuseEmpty(input)
  const used = books.length > 0 ? books : defaultPriceBooks()
  const result = auditInput(input, used)
  const { letter } = options
  if (context.json) context.printJson(auditJson(input, result))
  else if (letter !== undefined)
    context.print(letterOf(letter as LetterLanguage, { input, result, books: used }))
  else context.print(auditLines(result, context))
  if (input.bad.length > 0 && !context.json) context.note(badLines(input.bad))
  return isClean(result, parseNanos(String(options.threshold)) as Nanos) ? EXIT.ok : EXIT.difference
}

function isClean({ findings, providers }: AuditResult, limit: Nanos): boolean {
  const open = providers.flatMap(({ reconciled }) => reconciled.comparisons)
  return findings.length === 0 && open.every(({ unexplained }) => magnitude(unexplained) <= limit)
}

function refuseEmpty({ calls, charges, reports, bad }: AuditInput): void {
  if (charges.length === 0 && reports.length === 0)
    throw usageError('There is no charge that can be read in these files.', {
      why: bad[0] ? badLines(bad) : 'They are empty.',
      next: 'Say where the fields are, such as --map charge.amount=cost_usd.',
    })
  if (calls.length === 0)
    throw usageError('There is no call that can be read, so no charge can be judged.', {
      why: bad[0] ? badLines(bad) : 'The files have none.',
      next: 'Name the log of your calls with --calls FILE.',
    })
}

function letterOf(
  language: LetterLanguage,
  own: {
    readonly input: AuditInput
    readonly result: AuditResult
    readonly books: readonly PriceBook[]
  },
): string {
  const { calls, charges } = own.input
  const times = timesOf(calls)
  return disputeLetter(language, {
    findings: own.result.findings,
    calls: calls.length,
    charges: charges.length,
    period: times,
    books: own.books.map(({ id }) => id),
  }).trimEnd()
}

function timesOf(calls: readonly ExternalCall[]) {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { at } of calls) {
    from = Math.min(from, at)
    to = Math.max(to, at)
  }
  return calls.length === 0 ? null : { from: instant(from), to: instant(to) }
}
