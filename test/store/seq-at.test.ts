import type pg from 'pg'
import { expect, it } from 'vitest'
import { instant } from '../../src/core/time/index.ts'
import { seqAt } from '../../src/store/reads/history.ts'

/* The search for the last entry of a moment, over a table that answers as PostgreSQL would. */

function tableOf(times: readonly number[]) {
  const steps: number[] = []
  const query = async ({ name, values }: { name: string; values: readonly unknown[] }) => {
    if (name === 'read-seq-head') return { rows: [{ head: String(times.length) }] }
    const [, seqs, moment] = values as [string, readonly number[], string]
    steps.push(seqs.length)
    const fitting = seqs.filter((seq) => (times[seq - 1] ?? Infinity) <= Date.parse(moment))
    return { rows: [{ last: fitting.length === 0 ? null : String(Math.max(...fitting)) }] }
  }
  return { pool: { query } as unknown as pg.Pool, steps }
}

it('finds it whatever the size, also among entries of the same moment, in few steps', async () => {
  for (const size of [0, 1, 2, 999, 1_000, 1_001, 25_013]) {
    // Three entries a moment.
    const times = Array.from({ length: size }, (_, index) => Math.floor(index / 3) * 10)
    for (const at of [-1, 0, 5, 10, 3_333, size * 2, size * 10]) {
      const { pool, steps } = tableOf(times)
      const found = await seqAt(pool, 'acct', instant(at))
      expect([size, at, found]).toEqual([size, at, times.filter((time) => time <= at).length])
      expect(steps.length).toBeLessThanOrEqual(2)
      expect(Math.max(0, ...steps)).toBeLessThanOrEqual(1_000)
    }
  }
})
