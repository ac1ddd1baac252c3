import type { ReactNode } from 'react'
import { feeFormulaText } from '../../../contract/explain/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Facts, Money, Muted, Panel, Stack, SumTable, Time } from '../../kit/index.ts'
import type { Entry } from './entry.tsx'
import { entryWords } from './words.ts'

type FeeOf = NonNullable<Entry['fee']>

/** Line by line with its formula, adding up to the net; then how that was paid. */
export function Fee({ entry }: { readonly entry: Entry }) {
  const words = useWords(entryWords)
  const lang = useLang()
  const { fee, currency } = entry
  if (!fee || fee.lines.length === 0) return null
  return (
    <Panel title={words.fee}>
      <Stack gap={3}>
        <SumTable
          cards
          name={words.fee}
          columns={[
            { id: 'line', label: words.line, cell: ({ type, plan }) => words.lines[type](plan) },
            {
              id: 'formula',
              label: words.formula,
              cell: (line) =>
                line.type === 'waived'
                  ? '–'
                  : (feeFormulaText(line, currency, lang) ?? <Muted>{words.noFormula}</Muted>),
            },
            {
              id: 'period',
              label: words.period,
              cell: ({ from, to }) => (
                <>
                  <Time at={from} /> – <Time at={to} />
                </>
              ),
            },
          ]}
          rows={fee.lines}
          rowKey={({ type, plan }) => `${type} ${plan}`}
          amountOf={({ amount }) => amount}
          total={fee.net}
          totalLabel={words.net}
          currency={currency}
          amountLabel={words.amount}
        />
        <Paid entry={entry} fee={fee} />
      </Stack>
    </Panel>
  )
}

function Paid({ entry, fee }: { readonly entry: Entry; readonly fee: FeeOf }) {
  const words = useWords(entryWords)
  const { currency, payment } = entry
  const row = (name: string, amount: string, always = false) =>
    always || /[1-9]/.test(amount)
      ? [[name, <Money key={name} amount={amount} currency={currency} />] as const]
      : []
  const rows: readonly (readonly [string, ReactNode])[] = [
    ...row(words.creditUsed, fee.credit_used),
    ...row(words.creditAdded, fee.credit_added),
    ...row(fee.billing === 'invoiced' ? words.invoiced : words.due, fee.due, true),
    ...row(words.tax, fee.tax),
    ...(payment ? [[words.payment, <code key="id">{payment.payment_id}</code>] as const] : []),
  ]
  return <Facts rows={rows} />
}
