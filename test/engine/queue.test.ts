import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import type { Job } from '../../src/engine/job.ts'
import { JobQueue } from '../../src/engine/queue.ts'
import { record, release, setCaps } from './support/commands.ts'
import { authorize, settle } from './support.ts'

let order = 0
const job = (command: Command, more: Partial<Job> = {}): Job => {
  order += 1
  const ignore = (): void => {}
  return {
    ...{ command, order, cameMs: order, resolve: ignore, reject: ignore },
    ...{ uncertain: false, attempts: 0, catalogueRead: false, ...more },
  }
}

const filled = (...commands: Command[]): JobQueue => {
  const queue = new JobQueue()
  for (const command of commands) queue.push(job(command))
  return queue
}

/** `kind call` of what was taken, account by account. */
const told = (batch: ReadonlyMap<string, readonly Job[]>): string[] =>
  [...batch.values()].flat().map(({ command }) => `${command.kind} ${command.requestId}`)

describe('what waits', () => {
  it('ends of calls go first, whatever came before them and on whatever account', () => {
    const queue = filled(
      authorize('a', 'a1'),
      authorize('b', 'b1'),
      settle('b', 'old'),
      release('c', 'older'),
      authorize('c', 'c1'),
    )
    expect(queue).toMatchObject({ size: 5, ends: 2 })
    expect(told(queue.take(2, 2))).toEqual(['settle old', 'release older'])
    expect(queue).toMatchObject({ size: 3, ends: 0 })
    queue.done(['b', 'c'])
    expect(told(queue.take(9, 9))).toEqual(['authorize a1', 'authorize b1', 'authorize c1'])
  })

  it('the end of a call stays behind what came before it of the same call', () => {
    const queue = filled(
      authorize('a', 'other'),
      authorize('a', 'own'),
      settle('a', 'own'),
      settle('a', 'old'),
    )
    expect(told(queue.take(9, 9))).toEqual([
      'settle old',
      'authorize other',
      'authorize own',
      'settle own',
    ])
  })

  it('one batch of four is in the order of arrival: ends without end starve nobody', () => {
    const queue = new JobQueue()
    queue.push(job(authorize('patient', 'p')))
    const firsts: string[] = []
    for (let round = 0; round < 4; round += 1) {
      for (let index = 0; index < 8; index += 1) queue.push(job(settle(`busy${index}`, `${round}`)))
      const batch = queue.take(4, 4)
      firsts.push(told(batch)[0]!)
      queue.done(batch.keys())
    }
    expect(firsts).toEqual(['settle 0', 'settle 0', 'settle 0', 'authorize p'].map(String))
  })

  it('an account alone fills its batch with what is no end', () => {
    const queue = filled(
      settle('hot', 'x'),
      settle('hot', 'y'),
      ...Array.from({ length: 6 }, (_, index) => authorize('hot', `h${index}`)),
    )
    expect(told(queue.take(6, 2))).toHaveLength(6)
  })

  it('a change of controls has a batch of its own, with ends before it too', () => {
    const queue = filled(setCaps('a', 'caps', []), settle('a', 'x'), authorize('a', 'y'))
    const batches: string[][] = []
    for (let round = 0; round < 3; round += 1) {
      batches.push(told(queue.take(9, 9)))
      queue.done(['a'])
    }
    expect(batches).toEqual([['settle x'], ['set_controls caps'], ['authorize y']])
  })

  it('what lost its race is decided again before all that came after it', () => {
    const queue = filled(authorize('a', 'begun'))
    const [lost] = [...queue.take(9, 9).values()].flat()
    queue.push(job(settle('a', 'begun')))
    queue.push(job(authorize('a', 'next')))
    queue.pushAgain(lost!)
    queue.done(['a'])
    expect(told(queue.take(9, 9))).toEqual(['authorize begun', 'settle begun', 'authorize next'])
  })

  it('drops what begins something, never an end and never what was tried before', () => {
    const queue = filled(authorize('a', 'new'), settle('a', 'old'), record('b', 'later', 0))
    queue.pushAgain(job(authorize('a', 'raced'), { attempts: 1 }))
    const dropped = queue.drop(() => true)
    expect(dropped.map(({ command }) => command.requestId)).toEqual(['new', 'later'])
    expect(queue).toMatchObject({ size: 2, ends: 1 })
    expect(told(queue.take(9, 9))).toEqual(['settle old', 'authorize raced'])
  })
})
