import type { Receipt } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { BasisWord, Muted, Panel, Stack, SumTable, useMoneyText } from '../../kit/index.ts'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { lineKey, partsOf, roundingOf } from './formula.ts'
import { receiptWords } from './words.ts'

type Line = Receipt['lines'][number]

/** Unit, quantity, price and exact product of everything that was used; adds up to the total. */
export function Lines({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const lang = useLang()
  const price = usePrice(receipt.currency)
  const name = useLineName()
  const { amounts, currency } = receipt
  const rows = receipt.lines.map((line, index) => ({ line, key: lineKey(line, index) }))
  const isUnpriced = amounts.total.amount === null
  return (
    <Panel title={words.lines}>
      {isUnpriced && <p>{words.unpriced}</p>}
      {!isUnpriced && rows.length === 0 && <Muted>{words.linesNone}</Muted>}
      {!isUnpriced && rows.length > 0 && (
        <SumTable
          name={words.lines}
          rows={rows}
          rowKey={({ key }) => key}
          currency={currency}
          amountLabel={words.amount}
          amountOf={({ line }) => line.amount}
          total={amounts.total.amount ?? '0'}
          columns={[
            { id: 'unit', label: words.unit, cell: ({ line }) => name(line) },
            {
              id: 'quantity',
              label: words.quantity,
              numeric: true,
              cell: ({ line }) => line.quantity !== undefined && count(line.quantity, lang),
            },
            { id: 'price', label: words.price, numeric: true, cell: ({ line }) => price(line) },
          ]}
        />
      )}
      <Book receipt={receipt} />
    </Panel>
  )
}

function useLineName(): (line: Line) => string {
  const words = useWords(receiptWords)
  const { tokenKinds } = wordsOf(useLang())
  return ({ type, kind = '', fee = '', id = '' }) => {
    if (type === 'weight') return words.weight(id)
    if (type === 'promotion') return words.promotion(id)
    if (type === 'fee') return fee
    return Object.hasOwn(tokenKinds, kind) ? tokenKinds[kind as keyof typeof tokenKinds] : kind
  }
}

function usePrice(currency: string | null): (line: Line) => string {
  const words = useWords(receiptWords)
  const money = useMoneyText()
  return (line) => {
    const carry = roundingOf(line)
    const parts = [
      line.per_mtok !== undefined && words.perMillion(money(line.per_mtok, currency)),
      line.each !== undefined && words.each(money(line.each, currency)),
      line.multiplier !== undefined && words.times(line.multiplier),
      carry !== null && words.rounding(carry),
    ]
    return parts.filter(Boolean).join(', ')
  }
}

function Book({ receipt: { rating, account_id } }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  if (rating === null || rating.book === null) return null
  const rest = [
    rating.model !== null && words.priceRow(rating.model),
    rating.band !== null && words.band(rating.band),
  ].filter(Boolean)
  return (
    <Muted>
      <ScreenLink account={account_id} screen="plans">
        {words.priceBook(rating.book)}
      </ScreenLink>
      {rest.length > 0 && ` · ${rest.join(' · ')}`}
    </Muted>
  )
}

/** The total once more, by who carried it, as things stand now. */
export function Shares({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const rows = partsOf(receipt)
  const { total } = receipt.amounts
  if (total.amount === null) return null
  return (
    <Panel title={words.shares}>
      <Stack gap={2}>
        {rows.length === 0 ? (
          <Muted>{words.sharesNone}</Muted>
        ) : (
          <SumTable
            name={words.shares}
            rows={rows}
            rowKey={({ what }) => what}
            currency={receipt.currency}
            amountLabel={words.amount}
            amountOf={({ amount }) => amount ?? '0'}
            total={total.amount}
            columns={[
              { id: 'what', label: words.share, cell: ({ what }) => words.shareNames[what] },
              {
                id: 'basis',
                label: words.basis,
                cell: ({ basis }) => <BasisWord basis={basis} />,
              },
            ]}
          />
        )}
      </Stack>
    </Panel>
  )
}
