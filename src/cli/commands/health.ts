import { Option } from 'commander'
import type { Answer } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, renderTable, sanitize } from '../render/index.ts'

export const registerHealth: Register = (program, bind) => {
  withServer(
    program
      .command('health')
      .description('how the platform is: latency, holds, notifications, sealing, jobs'),
  )
    .addOption(new Option('--lang <language>', 'en or ja').choices(['en', 'ja']))
    .action(bind(health))
}

type Health = Answer<'getHealth'>
type Tile = Health['items'][number]

const health: Handler = async (context, options) => {
  const lang = options.lang === 'ja' ? 'ja' : 'en'
  const answer = await context.client().server.tiles({ lang })
  if (context.json) context.printJson(answer)
  else context.print(healthLines(answer, context))
  return undefined
}

const TONES = { ok: 'ok', warn: 'warn', alarm: 'bad', unknown: 'muted' } as const

const UNITS = { milliseconds: ' ms', seconds: ' s', percent: ' %', count: '' } as const

const valueText = ({ value, unit }: Tile): string =>
  value === null ? '-' : `${value}${UNITS[unit]}`

function healthLines({ items }: Health, { style }: Context): string[] {
  const rows = items.map((tile): Cell[] => [
    { text: tile.says, tone: TONES[tile.state] },
    tile.name,
    valueText(tile),
    tile.state === 'ok' || tile.state === 'unknown' ? tile.means : tile.first,
  ])
  const bad = items.filter(({ state }) => state === 'warn' || state === 'alarm')
  return [
    ...renderTable(style, {
      columns: [
        { title: '' },
        { title: '', min: 12 },
        { title: '', align: 'right' },
        { title: '', min: 16, drop: 1 },
      ],
      rows,
    }),
    ...bad.map(({ name, runbook }) => sanitize(`${name}: ${runbook}`)),
  ]
}
