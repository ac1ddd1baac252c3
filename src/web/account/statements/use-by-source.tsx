import type { Answer } from '../../../client/index.ts'
import { statementWordsOf } from '../../../contract/statements/index.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { sumText } from '../../app/shares.ts'
import { useWords } from '../../app/words.ts'
import { type Basis, BasisWord, Empty, Grid, Panel, Stack, SumTable } from '../../kit/index.ts'
import { statementWords } from './words.ts'

type Statement = Answer<'getStatement'>
type Source = Statement['usage'][number]['source']

const BASES: Readonly<Record<Source, Basis>> = {
  included: 'covered_by_plan',
  promotional: 'credit',
  paid: 'credit',
  overage: 'billed',
}
const SOURCES = ['included', 'promotional', 'paid', 'overage'] as const

/** What calls drew. Each source has a sum of its own: value covered by a plan is no money spent. */
export function UseBySource({ own }: { readonly own: Statement }) {
  const words = useWords(statementWords)
  const used = SOURCES.filter((source) => own.usage.some((line) => line.source === source))
  return (
    <Panel title={words.useBySource} asOf={own}>
      {used.length === 0 && <Empty title={words.noUse} />}
      <Grid min="380px" gap={5}>
        {used.map((source) => (
          <UseOf key={source} own={own} source={source} />
        ))}
      </Grid>
    </Panel>
  )
}

function UseOf({ own, source }: { readonly own: Statement; readonly source: Source }) {
  const words = useWords(statementWords)
  const lang = useLang()
  const rows = own.usage.filter((line) => line.source === source)
  return (
    <Stack gap={1}>
      <SumTable
        name={statementWordsOf(lang).usedFrom[source]}
        caption
        columns={[
          { id: 'model', label: words.model, cell: ({ model }) => model },
          {
            id: 'calls',
            label: words.calls,
            numeric: true,
            cell: ({ entries }) => count(entries, lang),
          },
        ]}
        rows={rows}
        rowKey={({ model }) => model}
        amountOf={({ amount }) => amount}
        total={drawnFrom(own, source)}
        currency={own.currency}
        amountLabel={words.amount}
      />
      <BasisWord basis={BASES[source]} />
    </Stack>
  )
}

const BALANCES = { promotional: 'promotional', paid: 'prepaid', overage: 'overage' } as const

/** What the balance of a source says that usage has moved: held against the lines that make it. */
function drawnFrom(own: Statement, source: Source): string {
  const lines = own.usage.filter((line) => line.source === source).map(({ amount }) => amount)
  if (source === 'included') return sumText(lines)
  const moved = own.balances[BALANCES[source]].movements.find(({ what }) => what === 'usage')
  return (moved?.amount ?? '0').replace(/^-/, '')
}
