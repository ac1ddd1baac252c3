import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Option } from 'commander'
import type { Answer, Client } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Handler } from '../context.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { hledgerHead, hledgerTransaction } from '../views/hledger.ts'

const PAGE_MAX = 200

export const registerJournal: Register = (program, bind) => {
  withServer(
    program
      .command('journal')
      .description('all entries of an account, the first first, for another book-keeper'),
  )
    .option('-a, --account <id>', 'the account; an operator has to name it')
    .addOption(
      new Option('--format <format>', 'of the file')
        .choices(['hledger', 'jsonl'])
        .default('hledger'),
    )
    .option('--out <file>', 'where to; standard output without it')
    .action(bind(journal))
}

type Entry = Answer<'listEntries'>['items'][number]

/** The API gives the latest first; a journal begins at its beginning. */
async function entriesOf(client: Client, account: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of client.accounts.entries(account, { limit: PAGE_MAX }))
    entries.push(entry)
  return entries.reverse()
}

const journal: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const entries = await entriesOf(client, account)
  if (context.json && typeof options.out !== 'string') {
    context.printJson({ account_id: account, items: entries })
    return undefined
  }
  const lines =
    options.format === 'jsonl'
      ? entries.map((entry) => JSON.stringify(entry))
      : [hledgerHead(account), ...entries.flatMap((entry) => hledgerTransaction(entry) ?? [])]
  const text = lines.map((line) => `${line}\n`)
  if (typeof options.out !== 'string') {
    for (const part of text) context.io.stdout.write(part)
    return undefined
  }
  const file = options.out
  await pipeline(Readable.from(text), createWriteStream(resolve(context.io.cwd, file)))
  if (context.json) context.printJson({ file, entries: entries.length })
  else context.print(`${entries.length} entries in ${file}.`)
  return undefined
}
