import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Job } from '../../src/engine/job.ts'
import { Pressure } from '../../src/engine/pressure.ts'
import { JobQueue } from '../../src/engine/queue.ts'
import { authorize, settle } from './support.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

it('what has waited too long is turned away, but neither ends nor what may have been written', () => {
  const queue = new JobQueue()
  const pressure = new Pressure(queue, { queueMax: 9, endsQueueMax: 9, waitMaxMs: 1_000 })
  const away: string[] = []
  const push = (command: Job['command'], uncertain = false): void => {
    queue.push({
      ...{ command, uncertain, attempts: 0, order: queue.size, catalogueRead: false },
      cameMs: performance.now(),
      resolve: () => {},
      reject: () => away.push(command.requestId),
    })
    pressure.watch()
  }
  push(authorize('a', 'plain'))
  push(authorize('a', 'perhaps written'), true)
  push(settle('a', 'end'))
  vi.advanceTimersByTime(900)
  push(authorize('a', 'young'))
  expect(away).toEqual([])
  vi.advanceTimersByTime(300)
  expect(away).toEqual(['plain'])
  vi.advanceTimersByTime(1_000)
  expect(away).toEqual(['plain', 'young'])
  expect(pressure.stats()).toEqual({ refused: 2, expired: 2 })
  expect(queue.size).toBe(2)
})
