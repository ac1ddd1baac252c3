import Type from 'typebox'
import { AsOf, nullable, strict, Timestamp } from './primitives.ts'

const Count = Type.String({ pattern: '^\\d+$', description: 'A whole number, as text.' })

export const JOB_STATES = ['waiting', 'running', 'failing', 'late'] as const
export type JobState = (typeof JOB_STATES)[number]

export const JobSchema = Type.Object(
  {
    name: Type.String({ description: 'Job name.', examples: ['holds'] }),
    summary: Type.String({ description: 'What it does.' }),
    state: Type.Enum([...JOB_STATES], {
      description:
        '`late`: its round is overdue by more than a minute, so that nobody seems to run jobs; `failing`: its last round ended with an error.',
    }),
    every_ms: Type.Integer({
      description: 'From the end of a round to the next, in milliseconds.',
    }),
    due_at: Timestamp,
    started_at: nullable(Timestamp),
    finished_at: nullable(Timestamp),
    succeeded_at: nullable(Timestamp),
    runs: Count,
    done: Count,
    done_in_all: Count,
    failed: Count,
    failures_in_row: Type.Integer({ minimum: 0 }),
    error: nullable(Type.String({ description: 'Of the last round.' })),
  },
  {
    ...strict,
    description:
      'A periodic job. `done` counts the things of the last round, `failed` those that it could not do: the next round tries them again. `succeeded_at`: the end of the last round in which none failed.',
  },
)

export const JobListSchema = Type.Object(
  { items: Type.Array(JobSchema), as_of: AsOf },
  { ...strict, description: 'Every periodic job.' },
)
