import { type Answer, take } from '../../client/index.ts'
import { readAmount, sumOf, writeAmount } from './amounts.ts'
import { CAST, type CastMember, castFor } from './cast.ts'
import type { DemoCell, DemoOptions, DemoTone } from './options.ts'
import type { Stage } from './prepare.ts'
import { CURRENCY } from './seed.ts'
import { isSplit } from './stories.ts'
import { count, plural } from './words.ts'

export interface Shown {
  readonly problems: readonly string[]
  readonly receiptId: string | undefined
}

type Totals = Answer<'getUsage'>['totals']

/** A later start: what is there by the hourly sums, and how to see more. Quick, however much it is. */
export async function look(options: DemoOptions, stage: Stage): Promise<Shown> {
  const { ui } = options
  const { replays } = stage.remembered
  const calls = replays.reduce((sum, past) => sum + past.calls, 0)
  const rows = await Promise.all(
    CAST.map(async (member) => {
      const { totals } = await stage.client.accounts.usage(member.id, { group_by: 'total' })
      return { member, totals }
    }),
  )
  const lines = [
    replays.length === 0
      ? 'The accounts are there, with the calls of an earlier replay.'
      : `The accounts are there, with ${plural(calls, 'call')} of ${plural(replays.length, 'replay')}.`,
    'npm start -- --calls 2000 replays more of the traces; -- --fresh begins anew.',
    '',
    'The last seven days:',
    ...table(options, stage, rows),
  ]
  ui.write(`${lines.join('\n')}\n\n`)
  return { problems: [], receiptId: await splitReceipt(stage) }
}

function table(
  { ui }: DemoOptions,
  { planNames }: Stage,
  rows: readonly { readonly member: CastMember; readonly totals: Totals }[],
): string[] {
  const amount = (value: bigint, tone: DemoTone): DemoCell =>
    value === 0n
      ? { text: '-', tone: 'muted' }
      : { text: ui.money(writeAmount(value), CURRENCY), tone }
  const cells = (all: readonly Totals[]): DemoCell[] => [
    amount(
      sumOf(all, (totals) => readAmount(totals.included)),
      'included',
    ),
    amount(
      sumOf(all, (totals) => readAmount(totals.promotional)),
      'promotional',
    ),
    amount(
      sumOf(all, (totals) => readAmount(totals.paid)),
      'paid',
    ),
    amount(
      sumOf(all, (totals) => readAmount(totals.overage)),
      'overage',
    ),
    count(all.reduce((sum, totals) => sum + totals.not_billed_attempts, 0)),
  ]
  const right = { align: 'right' } as const
  return ui.table({
    columns: [
      { title: 'account' },
      { title: 'plan' },
      { title: 'by plan', ...right },
      { title: 'promotional', ...right },
      { title: 'paid', ...right },
      { title: 'overage', ...right },
      { title: 'tries at 0', ...right },
    ],
    rows: rows.map(({ member, totals }) => [
      member.name,
      planNames.get(member.plan) ?? member.plan,
      ...cells([totals]),
    ]),
    footer: ['all', '', ...cells(rows.map(({ totals }) => totals))],
  })
}

const LOOKED_AT = 400

/** A call of two sources, if one of the last ones is. */
async function splitReceipt({ client }: Stage): Promise<string | undefined> {
  const member = castFor('window_runs_out')
  const calls = await take(client.calls.list(member.id, { limit: 200 }), LOOKED_AT)
  return (calls.find(isSplit) ?? calls.find((call) => call.status === 'settled'))?.receipt_id
}
