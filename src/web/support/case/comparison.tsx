import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Answer } from '../../../client/index.ts'
import { formatMoney, wordsOf } from '../../../contract/explain/index.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  type Column,
  Empty,
  Facts,
  Loaded,
  Money,
  Muted,
  Panel,
  Stack,
  StateWord,
  Table,
} from '../../kit/index.ts'
import { ReceiptLink } from '../parts.tsx'
import type { Case } from './case.tsx'
import { caseScreenWords } from './words.ts'

export type Compared = Answer<'compareCase'>['calls'][number]
type Line = NonNullable<Compared['lines'][number]['actual']>

export const useComparison = (id: string) =>
  useQuery({
    queryKey: ['cases', 'comparison', id],
    queryFn: ({ signal }) => api.cases.compare(id, { signal }),
  })

/** Each contested call as it was charged, beside what is right. */
export function Comparison({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const lang = useLang()
  const query = useComparison(own.case_id)
  return (
    <Panel title={words.comparison} asOf={query.data}>
      <Loaded query={query}>
        {({ calls, currency, total, without_correct }) =>
          calls.length === 0 ? (
            <Empty title={words.noCalls} />
          ) : (
            <Stack gap={5}>
              {calls.map((call) => (
                <ComparedCall
                  key={call.call_id}
                  call={call}
                  account={own.account_id}
                  currency={currency}
                />
              ))}
              {calls.length > 1 && (
                <Facts
                  rows={[
                    [`${words.overall}: ${words.charged}`, money(total.actual, currency)],
                    [words.right, money(total.correct, currency)],
                    [words.difference, money(total.delta, currency)],
                  ]}
                />
              )}
              {without_correct > 0 && <Muted>{words.without(count(without_correct, lang))}</Muted>}
            </Stack>
          )
        }
      </Loaded>
    </Panel>
  )
}

const money = (amount: string | null, currency: string | null) => (
  <Money amount={amount} currency={currency} />
)

interface ComparedRow {
  readonly id: string
  readonly name: ReactNode
  readonly actual: string | null
  readonly correct: string | null
  readonly delta: string | null
  readonly differs: boolean
  /** How each side comes about, where a line has factors. */
  readonly how: readonly [actual: string, correct: string]
  /** Which sum it is part of: lines and sources each come to the total, in the last row. */
  readonly sum: 'lines' | 'sources' | 'total'
}

interface ComparedProps {
  readonly call: Compared
  readonly account: string | null
  readonly currency: string | null
}

function ComparedCall({ call, account, currency }: ComparedProps) {
  const words = useWords(caseScreenWords)
  const { books } = call
  const columns = useComparedColumns(call, currency)
  const rows = useRows(call, currency)
  return (
    <Stack gap={2}>
      <h3>
        <ReceiptLink account={account} callId={call.call_id} />
      </h3>
      <p>{words.codes[call.code]}</p>
      <Table name={call.receipt_id} columns={columns} rows={rows} rowKey={({ id }) => id} />
      <Facts
        rows={[
          [words.givenBack, money(call.given_back, currency)],
          [words.due, money(call.due, currency)],
        ]}
      />
      {books.actual !== null && (
        <Muted>{words.books(books.actual, books.correct ?? books.actual)}</Muted>
      )}
    </Stack>
  )
}

type SumNames = { readonly partOf: string } | { readonly totalOf: string }

function sumNames({ sum }: ComparedRow, call: Compared, side: 'actual' | 'correct'): SumNames {
  const nameOf = (part: 'lines' | 'sources') => `${call.call_id}:${side}:${part}`
  return sum === 'total'
    ? { totalOf: `${nameOf('lines')} ${nameOf('sources')}` }
    : { partOf: nameOf(sum) }
}

function useComparedColumns(
  call: Compared,
  currency: string | null,
): readonly Column<ComparedRow>[] {
  const words = useWords(caseScreenWords)
  const side = (amount: string | null, how: string, sums: SumNames) => (
    <Stack gap={1}>
      <Money amount={amount} currency={currency} {...sums} />
      {how !== '' && <Muted>{how}</Muted>}
    </Stack>
  )
  return [
    { id: 'name', label: words.line, cell: ({ name }) => name },
    {
      id: 'actual',
      label: words.charged,
      numeric: true,
      cell: (row) => side(row.actual, row.how[0], sumNames(row, call, 'actual')),
    },
    {
      id: 'correct',
      label: words.right,
      numeric: true,
      cell: (row) => side(row.correct, row.how[1], sumNames(row, call, 'correct')),
    },
    {
      id: 'delta',
      label: words.difference,
      numeric: true,
      cell: ({ differs, delta }) =>
        differs ? (
          <StateWord tone="danger" icon="warn">
            {money(delta, currency)}
            <span className="visually-hidden"> {words.differs}</span>
          </StateWord>
        ) : (
          <Muted>{delta === null ? '?' : words.same}</Muted>
        ),
    },
  ]
}

/** How an amount comes about: a quantity and its price, or a multiplier. */
function useFactors(currency: string | null): (line: Line | null) => string {
  const words = useWords(caseScreenWords)
  const lang = useLang()
  return (line) => {
    if (!line) return ''
    const { quantity, per_mtok, each, multiplier } = line
    if (multiplier !== undefined) return `× ${multiplier}`
    const price =
      per_mtok !== undefined
        ? words.perMillion(formatMoney(per_mtok, currency, lang))
        : each === undefined
          ? ''
          : formatMoney(each, currency, lang)
    return quantity === undefined ? price : words.times(count(quantity, lang), price)
  }
}

function useRows(call: Compared, currency: string | null): readonly ComparedRow[] {
  const words = useWords(caseScreenWords)
  const lang = useLang()
  const labels = wordsOf(lang)
  const how = useFactors(currency)
  const nameOf = ({ kind, fee, id, model, type }: Line): string => {
    const known: Readonly<Record<string, string>> = labels.tokenKinds
    const what = (kind && (known[kind] ?? kind)) ?? fee ?? id ?? type
    return model === undefined ? what : `${what} · ${model}`
  }
  const sourceOf = (of: string): string =>
    (words.classes as Readonly<Record<string, string>>)[of] ?? of
  const plain: ComparedRow['how'] = ['', '']
  return [
    ...call.lines.map((pair, index): ComparedRow => {
      const { actual, correct, differs, delta } = pair
      const line = actual ?? correct
      return {
        id: `line ${index}`,
        name: line ? nameOf(line) : '',
        actual: actual?.amount ?? null,
        correct: correct?.amount ?? null,
        how: [how(actual), how(correct)],
        differs,
        delta,
        sum: 'lines',
      }
    }),
    ...call.funding.map((own) => ({
      ...own,
      id: `${own.class} ${own.source}`,
      name: (
        <>
          {words.from(sourceOf(own.class))} {own.class !== 'included' && <code>{own.source}</code>}
        </>
      ),
      how: plain,
      sum: 'sources' as const,
    })),
    { ...call.absorbed, id: 'absorbed', name: words.carried, how: plain, sum: 'sources' },
    { ...call.total, id: 'total', name: words.total, how: plain, sum: 'total' },
  ]
}
