import { InvalidArgumentError } from 'commander'
import { type RateAnswer, rateResponse } from '../../contract/rate.ts'
import { instant, parseInstant } from '../../core/time/index.ts'
import { DIALECTS, type Dialect } from '../../core/usage/usage.ts'
import type { Context } from '../context.ts'
import { CliError, EXIT, usageError } from '../exit.ts'
import { type Io, readStdin } from '../io.ts'
import { collect, instantText, withOutput } from '../options.ts'
import { defaultPriceBook, readPriceBook } from '../price-book-files.ts'
import type { Register } from '../program.ts'
import { parseResponse, withModel } from '../rate-input.ts'
import { rateLines } from '../views/rate.ts'

const RESPONSE_BYTES_MAX = 32 * 1024 * 1024

type Options = Readonly<Record<string, unknown>>

export const registerRate: Register = (program, bind) => {
  withOutput(
    program
      .command('rate')
      .description(
        "price a provider's response from standard input; needs no server and no database",
      ),
  )
    .requiredOption(
      '-d, --dialect <name>',
      `whose field names it has: ${DIALECTS.join(', ')}`,
      dialectOf,
    )
    .option('-b, --book <file>', 'the price book; the one in force of those that come with it')
    .option('-m, --model <id>', 'as if this model had served it')
    .option('--at <time>', 'when the call was made; now unless told', instantText)
    .option('--feature <name>', 'a feature of the request, for weights; may be repeated', collect)
    .option('--plan <id>', 'the plan, for promotions')
    .action(
      bind(async (context, options) => {
        const answer = await rateStdin(context.io, options)
        refuseUnreadable(answer)
        if (context.json) context.printJson(jsonOf(answer))
        else context.print(rateLines(answer, context))
        noteFlags(answer, context)
        refuseUnpriced(answer)
        return EXIT.ok
      }),
    )
}

/** Other words for the same field names. */
const ALSO_KNOWN_AS: Readonly<Record<string, Dialect>> = {
  openai: 'openai_chat',
  responses: 'openai_responses',
  otel_genai: 'otel',
  vercel: 'ai_sdk',
}

function dialectOf(text: string): Dialect {
  const name = text
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/_v\d+$/, '')
  const found = DIALECTS.find((dialect) => dialect === name) ?? ALSO_KNOWN_AS[name]
  if (found) return found
  throw new InvalidArgumentError(`It is one of ${DIALECTS.join(', ')}.`)
}

/** Reading and arithmetic of a real call, on what standard input holds. */
async function rateStdin(io: Io, options: Options): Promise<RateAnswer> {
  const dialect = options.dialect as Dialect
  const text = options.at as string | undefined
  const at = (text === undefined ? undefined : parseInstant(text)) ?? instant(io.now())
  const response = parseResponse(await readResponse(io))
  const model = options.model as string | undefined
  return rateResponse({
    dialect,
    response: model === undefined ? response : withModel(dialect, response, model),
    book:
      typeof options.book === 'string' ? readPriceBook(options.book, io.cwd) : defaultPriceBook(at),
    at,
    features: (options.feature as string[] | undefined) ?? [],
    plan: (options.plan as string | undefined) ?? null,
  })
}

async function readResponse(io: Io): Promise<string> {
  if (io.stdin.isTTY) return ''
  try {
    return await readStdin(io, RESPONSE_BYTES_MAX)
  } catch (error) {
    if (error instanceof RangeError)
      throw usageError('Standard input is too large.', {
        why: `A response of ${error.message} is none.`,
        next: 'Send one response at a time.',
      })
    if (error instanceof TypeError)
      throw usageError('Standard input is not UTF-8 text.', { next: 'Send the response as JSON.' })
    throw error
  }
}

/** The stable shape of `rate --json`. What has no price says so, and its total is null, never 0. */
function jsonOf(answer: RateAnswer): object {
  const counted = Object.entries(answer.fees).filter(([, times]) => times > 0)
  const { lines, total, currency, band, flags } = answer
  const shown = {
    quantities: { ...answer.quantities, ...Object.fromEntries(counted) },
    lines,
    total,
    currency,
    band,
    flags,
  }
  if (answer.status === 'priced') return shown
  const { status, reason, missing } = answer
  return { ...shown, status, reason, missing }
}

/** Garbage in every count would come out as a price of 0. */
function refuseUnreadable(answer: RateAnswer): void {
  const counted = Object.keys(answer.quantities).length + Object.keys(answer.fees).length
  if (counted > 0 || !answer.flags.includes('malformed_count')) return
  throw usageError('No count of this usage can be read.', {
    why: 'Counts are whole numbers from 0 on; negative numbers, fractions and texts are none.',
    next: 'Send the usage as the provider sent it.',
  })
}

const FLAG_NOTES: Readonly<Record<string, string>> = {
  malformed_count:
    'warning: a count is not a whole number from 0 on; it was read as absent (malformed_count).',
  identity_broken:
    "warning: the parts do not add up to the provider's total; the lowest consistent reading is priced (identity_broken).",
  subset_exceeds_total:
    'warning: a part is larger than the whole it belongs to; the lowest consistent reading is priced (subset_exceeds_total).',
}

function noteFlags(answer: RateAnswer, context: Context): void {
  for (const flag of answer.flags) {
    const note = FLAG_NOTES[flag]
    if (note !== undefined) context.note(note)
  }
}

function refuseUnpriced(answer: RateAnswer): void {
  if (answer.status === 'priced') return
  if (answer.status === 'usage_missing')
    throw new CliError('The response carries no usage that this dialect knows.', {
      why: 'Missing is not zero, so there is no price.',
      next: 'Check --dialect; for streams send the last usage of the stream.',
      exitCode: EXIT.refused,
      code: 'usage_missing',
    })
  const missing = answer.missing.join(', ')
  const noModel = answer.model === null
  throw new CliError(
    noModel
      ? 'The response does not say which model served it.'
      : `There is no price for ${missing}.`,
    {
      why: noModel
        ? 'Without a model there is no price.'
        : `The price book ${answer.price_book} does not have it (${answer.reason}). It is never 0 and never a default.`,
      next: noModel
        ? 'Name it with --model ID.'
        : 'Add the price to the book, or give another with --book FILE.',
      exitCode: EXIT.refused,
      code: 'unpriced',
    },
  )
}
