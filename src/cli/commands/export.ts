import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import { Option } from 'commander'
import { type Body, type Client, type ExportAnswer, take } from '../../client/index.ts'
import { EXPORT_FORMATS, EXPORT_KINDS } from '../../contract/schemas/usage.ts'
import { chosenAccount } from '../account.ts'
import type { Context, Handler } from '../context.ts'
import { CliError } from '../exit.ts'
import { withAccount } from '../options.ts'
import type { Register } from '../program.ts'
import {
  type Cell,
  count,
  createProgress,
  dateTime,
  renderTable,
  sanitize,
} from '../render/index.ts'
import { filtersOf, periodOf, withFilters } from '../usage-filters.ts'
import { shapeOf, withPeriod, withShape } from './usage.ts'

const LISTED = 20
const POLL_MS = 1_000

export const registerExport: Register = (program, bind) => {
  const command = program.command('export').description('calls or sums as a file')
  withPeriod(withShape(withFilters(withAccount(command))))
    .addOption(
      new Option('--format <name>', 'the format').choices([...EXPORT_FORMATS]).default('csv'),
    )
    .addOption(
      new Option('--kind <name>', 'a row a call, or sums')
        .choices([...EXPORT_KINDS])
        .default('rows'),
    )
    .option('--out <file>', 'where to; its own name unless told')
    .option('--list', 'the exports that there are')
    .action(bind(write))
}

const write: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  if (options.list === true) {
    await list(client, account, context)
    return undefined
  }
  const { from, to, cycle } = periodOf(options, context.io.now()) as Record<string, string>
  const made = await client.exports.create(account, {
    format: options.format,
    kind: options.kind,
    filters: filtersOf(options),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(cycle !== undefined && { cycle }),
    ...shapeOf(options),
  } as Body<'createExport'>)
  const ready = await whenReady(client, account, context, made)
  const file = typeof options.out === 'string' ? options.out : ready.file_name
  const { body } = await client.exports.file(account, ready.export_id, context.io.signal)
  if (!body) throw new Error('the answer has nothing in it')
  const out = createWriteStream(resolve(context.io.cwd, file))
  await pipeline(Readable.fromWeb(body as ReadableStream), out)
  if (context.json) context.printJson({ ...ready, file })
  else
    context.print(
      `Wrote ${sanitize(file)}: ${count(ready.rows_done)} rows, ${count(out.bytesWritten)} bytes, as of entry ${ready.seq}.`,
    )
  return undefined
}

/** Waits for the file, and says how far it is. */
async function whenReady(
  client: Client,
  account: string,
  { io, style }: Context,
  made: ExportAnswer,
): Promise<ExportAnswer> {
  const progress = createProgress(io.stderr, style, {
    label: 'export',
    now: io.now,
    ...(made.rows_total !== null && { total: made.rows_total }),
  })
  let own = made
  while (own.state === 'waiting' || own.state === 'working') {
    progress.update(own.rows_done)
    await sleep(POLL_MS, undefined, { signal: io.signal })
    own = await client.exports.get(account, own.export_id)
  }
  if (own.state === 'ready') return own
  throw new CliError('The export could not be written.', {
    next: 'Ask again; if it fails again, the log of the server says why.',
    code: own.failed_reason ?? own.state,
  })
}

async function list(client: Client, account: string, context: Context): Promise<void> {
  const items = await take(client.exports.list(account, {}), LISTED)
  if (context.json) {
    context.printJson({ items })
    return
  }
  const rows = items.map((own): Cell[] => [
    own.export_id,
    own.file_name,
    own.state,
    count(own.rows_done),
    dateTime(Date.parse(own.created_at), context.clock),
    dateTime(Date.parse(own.expires_at), context.clock),
  ])
  context.print(
    items.length === 0
      ? 'No exports.'
      : renderTable(context.style, {
          columns: [
            { title: 'export', drop: 1 },
            { title: 'file', min: 12 },
            { title: 'state' },
            { title: 'rows', align: 'right' },
            { title: 'asked for', drop: 2 },
            { title: 'kept until', drop: 3 },
          ],
          rows,
        }),
  )
}
