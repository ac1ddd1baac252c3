import { readBooks } from './books.ts'
import { differencesOf, refusedAtACost } from './checks.ts'
import type { Shown } from './look.ts'
import type { DemoOptions } from './options.ts'
import type { Stage } from './prepare.ts'
import { printReport } from './report.ts'
import { tellingReceipts } from './telling.ts'

/** `--check` where nothing is replayed: every receipt and every sum of what is there, once more. */
export async function checkAgain(options: DemoOptions, stage: Stage): Promise<Shown> {
  const { client, planNames } = stage
  const books = await readBooks(client, (options.now ?? Date.now)())
  const verified = await options.verify()
  const tellings = await tellingReceipts(client, books)
  const problems = [
    ...differencesOf(books),
    ...refusedAtACost(books),
    ...(verified.ok ? [] : ['verify found a difference.']),
  ]
  printReport(options.ui, { books, planNames, verified, tellings, problems })
  return { problems, receiptId: tellings[0]?.receiptId }
}
