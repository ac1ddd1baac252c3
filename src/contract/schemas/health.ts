import Type from 'typebox'
import { TILE_IDS } from '../health/index.ts'
import { AsOf, nullable, strict, Timestamp } from './primitives.ts'

const Value = nullable(
  Type.Number({ description: 'In the unit of the tile; `null`: nothing could be measured.' }),
)

export const HealthTileSchema = Type.Object(
  {
    id: Type.Enum([...TILE_IDS]),
    name: Type.String(),
    means: Type.String({ description: 'What the number is.' }),
    first: Type.String({ description: 'What to do first when it is bad.' }),
    value: Value,
    unit: Type.Enum(['milliseconds', 'seconds', 'percent', 'count']),
    state: Type.Enum(['ok', 'warn', 'alarm', 'unknown']),
    says: Type.String({ description: 'The state in words.' }),
    threshold: Type.Object(
      { bad: Type.Enum(['above', 'below']), warn: Type.Number(), alarm: Type.Number() },
      strict,
    ),
    since: { ...Timestamp, description: 'Since when this server has seen it in this state.' },
    runbook: Type.String({ description: 'Its page in the documentation.' }),
    details: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Null()]), {
      description: 'Numbers beside the value, such as the p50.',
    }),
    history: Type.Array(Type.Object({ at: Timestamp, value: Value }, strict), {
      description: 'One a minute of the last hour, as this server saw it; the oldest first.',
    }),
  },
  strict,
)

export const HealthSchema = Type.Object(
  {
    state: Type.Enum(['ok', 'warn', 'alarm', 'unknown'], { description: 'The worst of all.' }),
    items: Type.Array(HealthTileSchema),
    started_at: { ...Timestamp, description: 'Of this server, whose numbers these are.' },
    as_of: AsOf,
  },
  { ...strict, title: 'Health' },
)
