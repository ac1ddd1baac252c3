import type { Client } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTimeZone, renderTable } from '../render/index.ts'
import { sanitize } from '../render/text.ts'

export const registerJobs: Register = (program, bind) => {
  withServer(
    program
      .command('jobs')
      .description('housekeeping: what each job did last, and when its next round is due')
      .argument('[job]', 'ask for a round of this one now'),
  ).action(bind(jobs))
}

type Job = Awaited<ReturnType<Client['jobs']['list']>>['items'][number]

const jobs: Handler = async (context, _options, [name]) => {
  const client = context.client()
  if (name !== undefined) {
    const job = await client.jobs.run(name)
    if (context.json) context.printJson(job)
    else context.print(`A round of ${sanitize(job.name)} was asked for: ${sanitize(job.summary)}`)
    return undefined
  }
  const answer = await client.jobs.list()
  if (context.json) context.printJson(answer)
  else context.print(jobLines(answer.items, context))
  return undefined
}

const TONES = { waiting: 'ok', running: 'ok', failing: 'bad', late: 'bad' } as const

function jobLines(items: readonly Job[], context: Context): string[] {
  if (items.length === 0) return ['No job has run yet: no server has been started.']
  const at = (text: string | null): string =>
    text === null ? '-' : dateTimeZone(Date.parse(text), context.clock)
  const rows = items.map((job): Cell[] => [
    job.name,
    { text: job.state, tone: TONES[job.state] },
    at(job.finished_at),
    at(job.due_at),
    job.done_in_all,
    { text: job.failed, tone: job.failed === '0' ? 'plain' : 'bad' },
    job.error ?? job.summary,
  ])
  return renderTable(context.style, {
    columns: [
      { title: 'job', min: 8 },
      { title: 'state' },
      { title: 'last round', drop: 2 },
      { title: 'next', drop: 1 },
      { title: 'done', align: 'right', drop: 3 },
      { title: 'failed', align: 'right', drop: 4 },
      { title: '', min: 12 },
    ],
    rows,
  })
}
