import type { CallResult } from '../replay/call.ts'

/** What the clients of the replay have seen so far. */
export class Tally {
  done = 0
  answered = 0
  refused = 0
  retries = 0
  hungUp = 0
  readonly refusals = new Map<string, number>()
  readonly troubles = new Map<string, number>()

  add({ ending, code, attempts }: CallResult): void {
    this.done += 1
    this.retries += attempts - 1
    if (ending === 'answered') this.answered += 1
    else if (ending === 'refused') {
      this.refused += 1
      raise(this.refusals, code ?? 'refused')
    } else if (ending === 'hung_up') this.hungUp += 1
    else raise(this.troubles, TROUBLES[ending])
  }
}

const TROUBLES = {
  failed: 'no answer',
  broken: 'broke in mid-stream',
} as const

const raise = (counts: Map<string, number>, word: string): void => {
  counts.set(word, (counts.get(word) ?? 0) + 1)
}
