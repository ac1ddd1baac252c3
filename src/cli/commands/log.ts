import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import {
  keyText,
  leafHash,
  nodeHash,
  type PublicLogKey,
  rootOfInclusion,
} from '../../checkpoints/index.ts'
import { type Client, createClient, EverycentProblem } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { CliError, EXIT, usageError } from '../exit.ts'
import { CheckpointFolder } from '../log/folder.ts'
import { goesOn, type Kept, LogContradicts, readKept, readKeys } from '../log/follow.ts'
import { wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { count, dateTimeZone, mark, renderTable, sanitize } from '../render/index.ts'

const EVERY_S = 5
const EVERY_S_MAX = 86_400
const PAGE_MAX = 200
const SECOND_MS = 1_000

export const registerLog: Register = (program, bind) => {
  const log = program
    .command('log')
    .description('the log of sealed heads: what was said cannot be said otherwise later')
  withServer(log.command('key').description('the keys that have signed it')).action(bind(keys))
  withServer(log.command('latest').description('the newest checkpoint, as it is signed')).action(
    bind(latest),
  )
  withServer(
    log
      .command('proof')
      .description('prove that an account stands in the log as its books say')
      .argument('<account>'),
  )
    .option(
      '--at-least <seq>',
      'the entry that has to be covered; the last one unless told',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .action(bind(proof))
  withKey(
    log
      .command('verify')
      .description('check that the log goes on from a checkpoint that you kept; exit code 6 if not')
      .requiredOption('--from <note>', 'the file with the kept checkpoint'),
  ).action(bind(verify))
  withKey(
    log
      .command('keep')
      .description('write each new checkpoint to a folder, as a witness; exit code 6 at a fork')
      .argument('<folder>'),
  )
    .option('--once', 'take what is there, and end')
    .option('--every <seconds>', 'how often to look', wholeNumber(1, EVERY_S_MAX), EVERY_S)
    .action(bind(keep))
}

const withKey = (command: Command): Command =>
  withServer(command).option(
    '--key <key>',
    'the public key, from where you trust it; without it, the one the server names',
  )

/** The log is public: no token is needed where a server is named. */
function clientOf(context: Context, options: Readonly<Record<string, unknown>>): Client {
  const named = typeof options.url === 'string' ? options.url : context.io.env.EVERYCENT_URL
  if (named === undefined || named === '') return context.client()
  return createClient({ baseUrl: named, fetch: context.io.fetch })
}

const trustedKeys = (options: Readonly<Record<string, unknown>>): PublicLogKey[] | null =>
  typeof options.key === 'string' ? readKeys([options.key]) : null

const UNTRUSTED =
  'The key is the one that the server names: compare it with one from elsewhere, and give that with --key.'

const keys: Handler = async (context, options) => {
  const answer = await clientOf(context, options).log.keys()
  if (context.json) {
    context.printJson(answer)
    return undefined
  }
  const rows = answer.items.map((own) => [
    own.key,
    count(own.from_size),
    own.until_size === null ? 'signs now' : count(own.until_size),
    own.announced ? 'by the one before' : 'no',
    dateTimeZone(Date.parse(own.added_at), context.clock),
  ])
  const columns = [
    { title: 'key' },
    { title: 'from size', align: 'right' as const },
    { title: 'until', align: 'right' as const },
    { title: 'announced' },
    { title: 'since', drop: 1 },
  ]
  if (rows.length > 0) context.print(renderTable(context.style, { columns, rows }))
  if (answer.key === null) context.print('Sealing is off: the server has no key of the log.')
  else if (rows.length === 0)
    context.print([`${answer.key}`, 'It has signed nothing yet: no account has moved.'])
  return undefined
}

const latest: Handler = async (context, options) => {
  const answer = await clientOf(context, options).log.checkpoint()
  if (context.json) context.printJson(answer)
  else context.io.stdout.write(answer.note)
  return undefined
}

const proof: Handler = async (context, options, [account = '']) => {
  const client = context.client()
  const query = options.atLeast === undefined ? {} : { at_least: Number(options.atLeast) }
  const head = await client.log.sealedHead(account, query)
  const kept = readKept(head.checkpoint, readKeys([head.key]))
  const { size = 0n, root = '' } = kept ?? {}
  const leaf = leafHash({ accountId: account, seq: head.seq, hash: head.hash })
  const place = { index: BigInt(head.index), size, leaf }
  if (!kept || rootOfInclusion(place, head.path, nodeHash) !== root)
    throw new CliError('The proof that the server gave is none.', {
      next: 'Keep it ("--json"), and ask the operator.',
      exitCode: EXIT.difference,
      code: 'proof_wrong',
    })
  if (context.json) context.printJson(head)
  else
    context.print([
      `${mark(context.style, 'ok')}  ${sanitize(account)} is sealed up to entry ${count(head.seq)}: leaf ${count(head.index)} of ${count(Number(size))}.`,
      `hash ${head.hash}`,
      `key  ${sanitize(head.key)}`,
      UNTRUSTED.replace(', and give that with --key', ''),
    ])
  return undefined
}

const verify: Handler = async (context, options) => {
  const client = clientOf(context, options)
  const trusted = trustedKeys(options)
  const kept = await readNote(context, client, { file: String(options.from), trusted })
  const { note } = await client.log.checkpoint().catch(withoutLog)
  const later = await goesOn(client, kept, note)
  const answer = {
    ok: true,
    from: Number(kept.size),
    to: Number(later.size),
    key: keyText(later.key),
    key_given: trusted !== null,
  }
  if (context.json) context.printJson(answer)
  else {
    context.print([
      `${mark(context.style, 'ok')}  The log of ${count(answer.to)} leaves begins with all ${count(answer.from)} of the kept one.`,
      `Signed by ${sanitize(answer.key)}.`,
    ])
    if (trusted === null) context.note(UNTRUSTED)
  }
  return undefined
}

/** A log that has given a checkpoint cannot be empty. */
function withoutLog(error: unknown): never {
  if (error instanceof EverycentProblem && error.code === 'log_empty')
    throw new LogContradicts('shrunk', null)
  throw error
}

async function readNote(
  { io }: Context,
  client: Client,
  { file, trusted }: { readonly file: string; readonly trusted: PublicLogKey[] | null },
): Promise<Kept> {
  let note: string
  try {
    note = readFileSync(resolve(io.cwd, file), 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageError(`The checkpoint ${file} cannot be read.`, { why, next: 'Correct the path.' })
  }
  const known = trusted ?? readKeys((await client.log.keys()).items.map(({ key }) => key))
  const kept = readKept(note, known)
  if (kept) return kept
  throw usageError(`${file} is no checkpoint that the log’s key has signed.`, {
    why: 'It was changed, is of another log, or the log denies the key that signed it.',
    next: 'Give the file as it was kept, and the key that was valid then with --key.',
  })
}

const keep: Handler = async (context, options, [folder = '']) => {
  const client = clientOf(context, options)
  const kept = new CheckpointFolder(resolve(context.io.cwd, folder))
  const { signal } = context.io
  let newest = await beginning(client, kept, trustedKeys(options))
  for (;;) {
    try {
      newest = await keepNew(context, client, { kept, newest, trusted: trustedKeys(options) })
    } catch (error) {
      if (error instanceof LogContradicts && error.note !== null)
        context.note(`Kept as ${kept.keepContradiction(error.kind, error.note)} in ${kept.path}.`)
      throw error
    }
    if (options.once === true || signal.aborted) return undefined
    await sleep(Number(options.every) * SECOND_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return undefined
  }
}

/** The last one that is in the folder, which its key must have signed. */
async function beginning(
  client: Client,
  folder: CheckpointFolder,
  trusted: PublicLogKey[] | null,
): Promise<Kept | null> {
  const found = folder.newest()
  if (found === null) return null
  const published = readKeys((await client.log.keys()).items.map(({ key }) => key))
  const kept = readKept(found.note, [...(trusted ?? []), ...published])
  if (kept) return kept
  throw new CliError(`${found.name} in ${folder.path} is signed by no key of this log.`, {
    why: 'The file was changed, the log is another one, or it denies a key that it has used.',
    next: 'Keep each log in a folder of its own; give the key that signed it with --key.',
    exitCode: EXIT.difference,
    code: 'kept_not_signed',
  })
}

interface Keeping {
  readonly kept: CheckpointFolder
  readonly newest: Kept | null
  readonly trusted: PublicLogKey[] | null
}

/** Takes every checkpoint that is new, each checked against the one before it. */
async function keepNew(context: Context, client: Client, keeping: Keeping): Promise<Kept | null> {
  const { kept, trusted } = keeping
  let { newest } = keeping
  if (newest) await goesOn(client, newest, (await client.log.checkpoint().catch(withoutLog)).note)
  for (let after = Number(newest?.size ?? 0); ; ) {
    const { items } = await client.log.checkpoints({ after, limit: PAGE_MAX })
    for (const { note, size } of items) {
      after = size
      newest = newest ? await goesOn(client, newest, note) : await first(client, note, trusted)
      if (!newest) continue
      printKept(context, kept.keep(newest.size, newest.note), size)
    }
    if (items.length < PAGE_MAX) return newest
  }
}

function printKept(context: Context, file: string, size: number): void {
  if (context.json) context.printJson({ event: 'kept', file, size })
  else context.print(`${file}  ${count(size)} leaves`)
}

/** `null`: a checkpoint of the time before the key that is trusted. */
async function first(
  client: Client,
  note: string,
  trusted: PublicLogKey[] | null,
): Promise<Kept | null> {
  const own = trusted && readKept(note, trusted)
  if (own) return own
  const published = readKeys((await client.log.keys()).items.map(({ key }) => key))
  const kept = readKept(note, published)
  if (!kept) throw new LogContradicts('not_signed', note)
  return trusted === null ? kept : null
}
