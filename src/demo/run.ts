import { runReplay } from './run/act.ts'
import { printFarewell } from './run/farewell.ts'
import { look } from './run/look.ts'
import { recall } from './run/memory.ts'
import type { DemoOptions, DemoResult } from './run/options.ts'
import { prepare } from './run/prepare.ts'

export type {
  DemoMemory,
  DemoOptions,
  DemoResult,
  DemoTable,
  DemoTone,
  DemoUi,
  VerifySummary,
} from './run/options.ts'

/**
 * The demo: accounts with plans and credit, then the calls of real traces through the gateway, and at
 * the end what everybody paid, checked. Where that has been done before, it only says what is there.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const remembered = recall(options.memory)
  if (remembered.replays.length === 0)
    options.ui.write('Publishing plans and price books, opening accounts ...\n')
  const stage = await prepare(options, remembered)
  const done = remembered.replays.some((past) => past.finished)
  const wanted = !done || options.calls !== undefined
  const shown = wanted
    ? await runReplay(options, stage)
    : await look(options, stage, remembered.replays)
  if (!options.check && !options.signal.aborted)
    printFarewell(options, { keys: stage.keys, receiptId: shown.receiptId })
  return { ok: shown.problems.length === 0, problems: shown.problems, replayed: wanted }
}
