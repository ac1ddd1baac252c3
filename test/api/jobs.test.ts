import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finishRun, registerJobs, startRun } from '../../src/store/statements/job-runs.ts'
import { type Api, startApi } from './support.ts'

/* The periodic jobs as the operator sees them. Which state is told, from what their rounds left. */

let api: Api
const asked: string[] = []
const NOW = Date.parse('2026-11-20T12:00:00Z')
beforeAll(async () => {
  api = await startApi({
    nowMs: () => NOW,
    requestJob: async (name) => asked.push(name) > 0,
  })
  const { pool } = api.database
  const row = (name: string) => ({ name, summary: `The ${name}.`, everyMs: 1_000 })
  await registerJobs(pool, ['fresh', 'well', 'running', 'failing', 'late', 'hanging'].map(row), NOW)
  const ended = { at: NOW - 500, dueAt: NOW + 500, done: 3, failed: 0, error: null }
  for (const [name, startedMs] of [
    ['well', NOW - 600],
    ['running', NOW - 100],
    ['failing', NOW - 600],
    ['late', NOW - 90_000],
    ['hanging', NOW - 70_000],
  ] as const)
    await startRun(pool, name, startedMs)
  await finishRun(pool, 'well', ended)
  await finishRun(pool, 'failing', { ...ended, done: 0, failed: 7, error: 'not today' })
  await finishRun(pool, 'late', { ...ended, at: NOW - 89_000, dueAt: NOW - 88_000 })
  await finishRun(pool, 'hanging', { ...ended, at: NOW - 71_000, dueAt: NOW - 70_000 })
})
afterAll(() => api.close())

describe('the list of jobs', () => {
  it('says of each how it stands', async () => {
    const { items } = await api.done('listJobs')
    expect(items.map(({ name, state }) => [name, state])).toEqual([
      ['failing', 'failing'],
      ['fresh', 'waiting'],
      ['hanging', 'late'],
      ['late', 'late'],
      ['running', 'running'],
      ['well', 'waiting'],
    ])
    expect(items.find(({ name }) => name === 'failing')).toMatchObject({
      failures_in_row: 1,
      error: 'not today',
      done_in_all: '0',
      failed: '7',
      succeeded_at: null,
    })
    expect(items.find(({ name }) => name === 'well')).toMatchObject({
      runs: '1',
      done: '3',
      every_ms: 1_000,
      failed: '0',
      finished_at: '2026-11-20T11:59:59.500Z',
      succeeded_at: '2026-11-20T11:59:59.500Z',
      due_at: '2026-11-20T12:00:00.500Z',
    })
  })

  it('is kept when a server starts again; only its words are new', async () => {
    await registerJobs(
      api.database.pool,
      [{ name: 'well', summary: 'Better words.', everyMs: 2_000 }],
      NOW + 5_000,
    )
    const { items } = await api.done('listJobs')
    expect(items.find(({ name }) => name === 'well')).toMatchObject({
      summary: 'Better words.',
      every_ms: 2_000,
      runs: '1',
      due_at: '2026-11-20T12:00:00.500Z',
    })
  })
})

describe('a round by hand', () => {
  it('is asked for; of an unknown job it is not', async () => {
    expect(await api.done('runJob', { params: { job_name: 'well' } })).toMatchObject({
      name: 'well',
    })
    const nobody = await api.call('runJob', { params: { job_name: 'nobody' } })
    expect([nobody.status, nobody.body.code]).toEqual([404, 'job_unknown'])
    expect(asked).toEqual(['well'])
  })
})
