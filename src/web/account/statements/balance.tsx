import type { Answer } from '../../../client/index.ts'
import { statementWordsOf } from '../../../contract/statements/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Empty, Grid, Muted, Panel, Stack, SumTable } from '../../kit/index.ts'
import { EntryRange } from '../../parts/screen-link.tsx'
import { statementWords } from './words.ts'

type Statement = Answer<'getStatement'>
type Source = keyof Statement['balances']
const SOURCES = ['prepaid', 'promotional', 'overage', 'invoiced', 'plan_credit'] as const

/** Each source with its opening, what moved it, and its closing. */
export function Balances({ own }: { readonly own: Statement }) {
  const words = useWords(statementWords)
  const moved = SOURCES.filter((source) => {
    const { opening, closing, movements } = own.balances[source]
    return opening !== '0' || closing !== '0' || movements.length > 0
  })
  return (
    <Panel title={words.balances} asOf={own}>
      <Stack gap={4}>
        {moved.length === 0 && <Empty title={words.nothingMoved} />}
        <Grid min="380px" gap={5}>
          {moved.map((source) => (
            <Balance key={source} own={own} source={source} />
          ))}
        </Grid>
        <Muted>{words.balancesNote}</Muted>
      </Stack>
    </Panel>
  )
}

function Balance({ own, source }: { readonly own: Statement; readonly source: Source }) {
  const words = useWords(statementWords)
  const { sources, movements: names } = statementWordsOf(useLang())
  const { opening, movements, closing } = own.balances[source]
  const rows = [
    { id: 'opening', name: words.opening, entries: null, amount: opening },
    ...movements.map(({ what, amount, first_seq: first, last_seq: last }) => ({
      id: what,
      name: names[what],
      entries: { first, last },
      amount,
    })),
  ]
  return (
    <SumTable
      name={sources[source]}
      caption
      columns={[
        { id: 'what', label: words.what, cell: ({ name }) => name },
        {
          id: 'entries',
          label: words.entries,
          cell: ({ entries }) => entries && <EntryRange account={own.account_id} {...entries} />,
        },
      ]}
      rows={rows}
      rowKey={({ id }) => id}
      amountOf={({ amount }) => amount}
      total={closing}
      totalLabel={words.closing}
      currency={own.currency}
      amountLabel={words.amount}
    />
  )
}
