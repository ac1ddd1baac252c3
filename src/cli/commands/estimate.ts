import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Body } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context } from '../context.ts'
import { EXIT, usageError } from '../exit.ts'
import { readStdin } from '../io.ts'
import { collect, wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { estimateLines } from '../views/estimate.ts'

const TOKENS_MAX = 1_000_000_000
const PROMPT_BYTES_MAX = 64 * 1024 * 1024
/** English text has about four bytes a token; the bound takes one, which no tokeniser exceeds. */
const BYTES_PER_TOKEN_EXPECTED = 4

type Options = Readonly<Record<string, unknown>>

export const registerEstimate: Register = (program, bind) => {
  withServer(
    program
      .command('estimate')
      .description('what a call would cost, and which source would pay; holds nothing'),
  )
    .requiredOption('-m, --model <id>', 'the model')
    .option('-a, --account <id>', 'the account')
    .option('--prompt-tokens <count>', 'tokens of the prompt', wholeNumber(0, TOKENS_MAX))
    .option('-f, --file <prompt>', 'or the prompt itself as a file; "-" reads standard input')
    .option('--max-output <count>', 'most output tokens', wholeNumber(0, TOKENS_MAX))
    .option('--feature <name>', 'a feature of the request, such as fast; may be repeated', collect)
    .option('--client <name>', 'the client that calls')
    .option('--member <id>', 'the member who calls')
    .option('--project <id>', 'the project it is for')
    .option('--tier <name>', 'the service tier')
    .action(
      bind(async (context, options) => {
        const client = context.client()
        const prompt = await promptOf(context, options)
        const account_id = await chosenAccount(client, context.io, options)
        const answer = await client.estimate({ account_id, ...prompt, ...callOf(options) })
        if (context.json) context.printJson(answer)
        else context.print(estimateLines(answer, context))
        return answer.status === 'refused' ? EXIT.refused : EXIT.ok
      }),
    )
}

function callOf(options: Options): Pick<Body<'estimate'>, 'model'> {
  const { model, maxOutput, feature, client, member, project, tier } = options
  const call = {
    max_output_tokens: maxOutput,
    features: feature,
    client,
    member_id: member,
    project_id: project,
    tier,
  }
  const given = Object.entries(call).filter(([, value]) => value !== undefined)
  return { model: String(model), ...Object.fromEntries(given) }
}

async function promptOf(context: Context, options: Options) {
  if (typeof options.promptTokens === 'number') return { prompt_tokens_max: options.promptTokens }
  if (typeof options.file !== 'string')
    throw usageError('The size of the prompt is not given.', {
      next: 'Give --prompt-tokens COUNT, or the prompt itself with --file.',
    })
  const bytes =
    options.file === '-'
      ? Buffer.byteLength(await readStdin(context.io, PROMPT_BYTES_MAX))
      : sizeOf(resolve(context.io.cwd, options.file))
  return {
    prompt_tokens_max: bytes,
    prompt_tokens_expected: Math.ceil(bytes / BYTES_PER_TOKEN_EXPECTED),
  }
}

function sizeOf(file: string): number {
  try {
    return readFileSync(file).byteLength
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw usageError('The prompt cannot be read.', { why: reason, next: 'Correct --file.' })
  }
}
