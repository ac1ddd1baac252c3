import type { EntryAnswer } from '../../../client/index.ts'
import { writeAmount } from '../amounts.ts'
import type { CastMember } from '../cast.ts'
import { labelled } from '../labelled.ts'
import type { DemoCell, DemoTone, DemoUi } from '../options.ts'
import { CURRENCY } from '../seed.ts'
import { refusalSentence } from './refusal.ts'
import { stepsOf, type WayStep } from './steps.ts'

const TEXT_MIN = 24

/** The way of one account: what happened, and the two sentences that matter in it, to the letter. */
export function wayLines(
  ui: DemoUi,
  member: CastMember,
  journal: readonly EntryAnswer[],
): string[] {
  const dollars = (amount: string): string => ui.money(amount, CURRENCY)
  const steps = stepsOf(journal, dollars)
  if (steps.length === 0) return []
  return [
    ui.paint('strong', `The way of one account: ${member.name}`),
    ...wayTable(ui, steps),
    ...sentence(ui, 'agreed to', journal.findLast(({ consent }) => consent)?.consent?.text),
    ...sentence(ui, 'was told', toldLast(journal)),
  ]
}

const sentence = (ui: DemoUi, label: string, text: string | null | undefined): string[] =>
  text == null ? [] : labelled(ui, { label, text: `“${text}”` })

const toldLast = (journal: readonly EntryAnswer[]): string | null =>
  journal.reduce<string | null>((last, entry) => refusalSentence(entry) ?? last, null)

function wayTable(ui: DemoUi, steps: readonly WayStep[]): string[] {
  const cell = (amount: bigint | undefined, tone: DemoTone, sign = ''): DemoCell =>
    amount === undefined ? '' : { text: sign + ui.money(writeAmount(amount), CURRENCY), tone }
  const right = { align: 'right' } as const
  return ui.table({
    columns: [
      { title: 'UTC', drop: 1 },
      { title: 'seq', ...right },
      { title: 'what', min: TEXT_MIN },
      { title: 'credit', ...right },
      { title: 'drawn', ...right },
    ],
    rows: steps.map(({ at, seq, text, credit, drawn, tone }) => [
      { text: at.slice(11, 19), tone: 'muted' },
      { text: String(seq), tone: 'muted' },
      text,
      cell(credit, tone, '+'),
      cell(drawn, tone),
    ]),
  })
}
