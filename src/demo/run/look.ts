import { readBooks } from './books.ts'
import { differencesOf } from './checks.ts'
import type { PastReplay } from './memory.ts'
import type { DemoOptions } from './options.ts'
import type { Stage } from './prepare.ts'
import { printReport } from './report.ts'
import { tellingReceipts } from './telling.ts'
import { plural } from './words.ts'

export interface Shown {
  readonly problems: readonly string[]
  readonly receiptId: string | undefined
}

/** A later start: what is there, checked as before, and how to see more. */
export async function look(
  options: DemoOptions,
  stage: Stage,
  replays: readonly PastReplay[],
): Promise<Shown> {
  const { ui, now = Date.now } = options
  const last = replays.at(-1)
  const calls = replays.reduce((sum, past) => sum + past.calls, 0)
  ui.write(
    `The accounts and ${plural(calls, 'call')} of ${plural(replays.length, 'replay')} are there (the last one of ${last?.at.slice(0, 10)}).\n` +
      'npm start -- --calls 2000 replays more of the traces; -- --fresh begins anew.\n',
  )
  const books = await readBooks(stage.client, now())
  const verified = await options.verify()
  const tellings = await tellingReceipts(stage.client, books)
  const problems = [...differencesOf(books), ...(verified.ok ? [] : ['verify found a difference'])]
  const { planNames } = stage
  printReport(ui, { books, planNames, verified, tellings, problems })
  return { problems, receiptId: tellings[0]?.receiptId }
}
