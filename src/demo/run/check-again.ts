import { findingDifferences, readFindings } from './findings.ts'
import type { Shown } from './look.ts'
import type { DemoOptions } from './options.ts'
import type { Stage } from './prepare.ts'
import { printReport } from './report.ts'
import { tellingReceipts } from './telling.ts'

/** `--check` where nothing is replayed: every receipt and every sum of what is there, once more. */
export async function checkAgain(options: DemoOptions, stage: Stage): Promise<Shown> {
  const { client, planNames } = stage
  const findings = await readFindings(client, (options.now ?? Date.now)())
  const verified = await options.verify()
  const tellings = await tellingReceipts(client, findings.books)
  const problems = [
    ...findingDifferences(findings),
    ...(verified.ok ? [] : ['verify found a difference.']),
  ]
  printReport(options.ui, { findings, planNames, verified, tellings, problems })
  return { problems, receiptId: tellings[0]?.receiptId }
}
