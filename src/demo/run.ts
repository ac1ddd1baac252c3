import { runReplay } from './run/act.ts'
import { checkAgain } from './run/check-again.ts'
import { openDoors } from './run/desk.ts'
import { printFarewell } from './run/farewell.ts'
import { look, type Shown } from './run/look.ts'
import type { DemoOptions, DemoResult } from './run/options.ts'
import { prepare, type Stage } from './run/prepare.ts'

export type { DemoMemory, DemoOptions, DemoResult, DemoUi } from './run/options.ts'

/**
 * The demo: accounts with plans and credit, then the calls of real traces through the gateway, and at
 * the end what everybody paid, checked. Where that has been done before, it only says what is there.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  options.ui.write('Publishing plans and price books, opening accounts ...\n')
  const stage = await prepare(options)
  const { replays, keys } = stage.remembered
  const done = replays.length === 0 ? !stage.isUntouched : replays.some((past) => past.finished)
  const replayed = !done || options.calls !== undefined
  const { problems, receiptId } = await act(options, stage, replayed)
  if (!options.check && !options.signal.aborted) {
    const doors = await openDoors(stage.client)
    printFarewell(options, { keys, receiptId, doors })
  }
  return { ok: problems.length === 0, problems, replayed }
}

function act(options: DemoOptions, stage: Stage, replayed: boolean): Promise<Shown> {
  if (replayed) return runReplay(options, stage)
  return options.check ? checkAgain(options, stage) : look(options, stage)
}
