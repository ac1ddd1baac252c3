import { createWriteStream, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import { Option } from 'commander'
import { EverycentProblem, take } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { wholeNumber, withAccount } from '../options.ts'
import type { Register } from '../program.ts'
import { sanitize } from '../render/text.ts'
import { statementLines, statementListLines } from '../views/statement.ts'

const LISTED = 12
const LISTED_MAX = 1_000
const NUMBER = 'its number, or "open" for the cycle that runs'

export const registerStatements: Register = (program, bind) => {
  const statements = program
    .command('statements')
    .description('what moved in each cycle, and what it closed with')
  withAccount(statements.command('list').description('closed ones'))
    .addOption(
      new Option('-n, --limit <count>', 'how many')
        .default(LISTED)
        .argParser(wholeNumber(1, LISTED_MAX)),
    )
    .action(bind(list))
  withAccount(
    statements.command('show').description('one of them').argument('[number]', NUMBER, 'open'),
  )
    .addOption(new Option('--lang <language>', 'the language').choices(['en', 'ja']).default('en'))
    .action(bind(show))
  withAccount(
    statements
      .command('proof')
      .description('one of them with all that is needed to check it offline')
      .argument('[number]', NUMBER, 'open'),
  )
    .requiredOption('--out <file>', 'where to')
    .action(bind(proof))
  for (const format of ['pdf', 'csv'] as const)
    withAccount(
      statements
        .command(format)
        .description(`one of them as ${format.toUpperCase()}`)
        .argument('[number]', NUMBER, 'open'),
    )
      .option('--out <file>', 'where to; CSV goes to standard output without it')
      .addOption(
        new Option('--lang <language>', 'the language').choices(['en', 'ja']).default('en'),
      )
      .action(
        bind(async (context, options, [number = 'open']) => {
          const client = context.client()
          const account = await chosenAccount(client, context.io, options)
          const lang = options.lang === 'ja' ? 'ja' : 'en'
          const bytes = await client.statements.file(account, number, { format, lang })
          writeDocument(context, options, { format, bytes })
          return undefined
        }),
      )
}

/** Written as it comes; what is cut off says so when it is verified. */
const proof: Handler = async (context, options, [number = 'open']) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const { body } = await whenSealed(context, () => client.statements.proof(account, number))
  if (!body) throw new Error('the answer has nothing in it')
  const file = String(options.out)
  const out = createWriteStream(resolve(context.io.cwd, file))
  await pipeline(Readable.fromWeb(body as ReadableStream), out)
  const { bytesWritten: bytes } = out
  if (context.json) context.printJson({ file, bytes })
  else
    context.print([
      `Wrote ${sanitize(file)} (${bytes} bytes).`,
      `Check it offline: everycent verify-statement ${sanitize(file)}`,
    ])
  return undefined
}

const SEALED_MAX_MS = 60_000
const LOOK_MS = 1_000

/** Heads are sealed every few seconds: what has just moved is waited for. */
async function whenSealed<T>({ io, note }: Context, ask: () => Promise<T>): Promise<T> {
  const end = io.now() + SEALED_MAX_MS
  for (let looks = 0; ; looks += 1) {
    try {
      return await ask()
    } catch (error) {
      const isSoon = error instanceof EverycentProblem && error.code === 'head_not_sealed'
      if (!isSoon || io.now() >= end) throw error
      if (looks === 0) note('Its last entry is sealed within seconds; waiting for that.')
      await sleep(LOOK_MS, undefined, { signal: io.signal })
    }
  }
}

/** Bytes go to a file, text also to standard output. */
export function writeDocument(
  { io, json, printJson, print }: Context,
  options: Readonly<Record<string, unknown>>,
  { format, bytes }: { readonly format: string; readonly bytes: Uint8Array },
): void {
  if (typeof options.out !== 'string') {
    if (json && format === 'csv')
      throw usageError('CSV is not JSON.', {
        next: 'Leave out --json, or name a file with --out FILE; "show" has the figures as JSON.',
      })
    if (format === 'csv') {
      io.stdout.write(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
      return
    }
    throw usageError('A PDF needs a file to go to.', { next: 'Name it with --out FILE.' })
  }
  writeFileSync(resolve(io.cwd, options.out), bytes)
  if (json) printJson({ file: options.out, bytes: bytes.byteLength })
  else print(`Wrote ${sanitize(options.out)} (${bytes.byteLength} bytes).`)
}

const list: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const limit = Number(options.limit)
  const found = client.statements.list(account, { limit: Math.min(limit, 200) })
  const items = await take(found, limit)
  if (context.json) context.printJson({ items })
  else context.print(statementListLines(items, context))
  return undefined
}

const show: Handler = async (context, options, [number = 'open']) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const own = await client.statements.get(account, number)
  if (context.json) context.printJson(own)
  else context.print(statementLines(own, { ...context, lang: options.lang === 'ja' ? 'ja' : 'en' }))
  return undefined
}
