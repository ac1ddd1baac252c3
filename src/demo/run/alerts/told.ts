import { type Answer, type Client, take } from '../../../client/index.ts'
import { countBy } from '../books.ts'
import { CAST, type CastMember, castFor } from '../cast.ts'
import { labelled } from '../labelled.ts'
import type { DemoUi } from '../options.ts'
import { counted, plural } from '../words.ts'
import type { Delivered } from './listening.ts'

const PAGE = 200
const LISTED = 12
const TITLE_MIN = 30

export type Alert = Answer<'listAlerts'>['items'][number]

export interface Told {
  readonly member: CastMember
  /** The earliest first. */
  readonly alerts: readonly Alert[]
}

/** What every account was told, from the log of alerts. */
export async function readAlerts(client: Client): Promise<Told[]> {
  return Promise.all(
    CAST.map(async (member) => {
      const alerts: Alert[] = await take(client.alerts.list(member.id, { limit: PAGE }))
      return { member, alerts: alerts.reverse() }
    }),
  )
}

/** What one account was told, and how much all of them were. */
export function alertLines(
  ui: DemoUi,
  told: readonly Told[],
  delivered: Delivered | undefined,
): string[] {
  const all = told.flatMap(({ alerts }) => alerts)
  if (all.length === 0) return []
  const { id, name } = castFor('whole_way')
  const own = told.find(({ member }) => member.id === id)?.alerts ?? []
  const kinds = counted(
    countBy(all, ({ kind }) => kind),
    6,
  )
  const came =
    delivered === undefined
      ? ''
      : ` ${plural(delivered.verified.size, 'webhook')} of ${name} came, each with a right signature.`
  return [
    ui.paint('strong', `What ${name} was told`),
    ...alertTable(ui, own),
    ...labelled(ui, { label: 'in all', text: `${plural(all.length, 'alert')}: ${kinds}.${came}` }),
  ]
}

/** The latest are the ones to look at: those of before were told when the account was set up. */
function alertTable(ui: DemoUi, alerts: readonly Alert[]): string[] {
  const rows = alerts
    .slice(-LISTED)
    .map(({ at, seq, message }) => [
      { text: at.slice(11, 19), tone: 'muted' as const },
      { text: String(seq), tone: 'muted' as const },
      message.title,
    ])
  return ui.table({
    columns: [
      { title: 'UTC', drop: 1 },
      { title: 'seq', align: 'right' },
      { title: 'alert', min: TITLE_MIN },
    ],
    rows,
  })
}
