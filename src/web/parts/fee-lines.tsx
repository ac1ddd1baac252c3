import type { Answer } from '../../client/index.ts'
import { feeFormulaText } from '../../contract/explain/index.ts'
import { useLang } from '../app/preferences.ts'
import { useWords, wordsOf } from '../app/words.ts'
import { Muted, SumTable, Time } from '../kit/index.ts'

export type FeeOf = Answer<'previewSubscription'>['fee']

const feeWords = wordsOf(
  {
    line: 'For',
    lines: {
      unused_time: (plan: string) => `Unused time of ${plan}, given back`,
      plan: (plan: string) => `${plan}`,
      seats: (plan: string) => `Seats of ${plan}`,
      waived: () => 'Less than the smallest coin, waived',
    },
    formula: 'Formula',
    noFormula: 'of an entry of before formulas were written down',
    period: 'Time',
    amount: 'Amount',
    net: 'Net, tax excluded',
  },
  {
    line: '項目',
    lines: {
      unused_time: (plan) => `${plan} の未使用期間の返還`,
      plan: (plan) => `${plan}`,
      seats: (plan) => `${plan} の席`,
      waived: () => '最小通貨単位に満たない端数の切り捨て',
    },
    formula: '計算式',
    noFormula: '計算式を記録する前の記帳',
    period: '期間',
    amount: '金額',
    net: '差引（税別）',
  },
)

interface FeeLinesProps {
  readonly name: string
  readonly fee: FeeOf
  readonly currency: string
}

/** Every line of a fee with what it is made of, adding up to the net. */
export function FeeLines({ name, fee, currency }: FeeLinesProps) {
  const words = useWords(feeWords)
  const lang = useLang()
  return (
    <SumTable
      cards
      name={name}
      columns={[
        { id: 'line', label: words.line, cell: ({ type, plan }) => words.lines[type](plan) },
        {
          id: 'formula',
          label: words.formula,
          absent: ({ type }) => type === 'waived',
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
  )
}
