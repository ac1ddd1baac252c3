import { useQuery } from '@tanstack/react-query'
import { formatterOf } from '../../../contract/explain/index.ts'
import { count, listOf as sentenceList } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Facts,
  Loaded,
  Money,
  Panel,
  Split,
  Stack,
  SumTable,
  Time,
} from '../../kit/index.ts'
import { fieldsOf, listOf, textOf, wordFor } from '../../parts/facts.ts'
import { Differences } from './differences.tsx'
import { Period } from './period.tsx'
import { ofRun, type Run, runQuery } from './runs.ts'
import { reconciliationWords } from './words.ts'

/** One comparison: what both sides say, where they differ, and what waits for a person. */
export function RunView({ id, onBack }: { readonly id: string; readonly onBack: () => void }) {
  const words = useWords(reconciliationWords)
  const query = useQuery(runQuery(id))
  return (
    <Stack gap={4}>
      <div>
        <Button kind="quiet" icon="left" onClick={onBack}>
          {words.back}
        </Button>
      </div>
      <Loaded query={query}>
        {(run) => (
          <>
            {run.kind === 'provider' ? (
              <Split
                main={<Causes run={run} />}
                aside={
                  <Panel title={words.run(ofRun(run, words))} asOf={run}>
                    <BillFacts run={run} />
                  </Panel>
                }
              />
            ) : (
              <Panel title={words.run(ofRun(run, words))} asOf={run}>
                <ProcessorFacts run={run} />
              </Panel>
            )}
            <Differences run={run} />
          </>
        )}
      </Loaded>
    </Stack>
  )
}

function BillFacts({ run }: { readonly run: Run }) {
  const words = useWords(reconciliationWords)
  const lang = useLang()
  const { summary, asked } = run
  const variance = fieldsOf(summary.variance)
  const currency = textOf(summary.currency) || null
  const [billed, metered, off] = [summary.billed, summary.own, variance.total].map(textOf)
  const causes = [variance.quantity, variance.price, variance.unsplit].map(textOf)
  const sums = [
    { total: billed ?? '', parts: [metered ?? '', off ?? ''] },
    { total: off ?? '', parts: causes },
  ]
  const isSum = [billed, metered, off, ...causes].every(Boolean)
  const format = formatterOf(isSum ? sums : [], { currency, lang })
  const money = (value: unknown, marks: { partOf?: string; totalOf?: string } = {}) => {
    const amount = textOf(value)
    if (amount === '') return <Money amount={null} currency={currency} {...marks} />
    return <Money amount={amount} currency={currency} text={format(amount)} {...marks} />
  }
  const named = (value: unknown): string => sentenceList(listOf(value).map(textOf), lang)
  const attempts = Number(textOf(summary.attempts))
  return (
    <Facts
      rows={[
        [words.period, <Period key="period" asked={run.asked} />],
        [words.made, <Time key="made" at={run.made_at} />],
        [words.billed, money(summary.billed, { totalOf: 'bill' })],
        [words.own, money(summary.own, { partOf: 'bill' })],
        ...(Number.isFinite(attempts) ? [[words.attempts, count(attempts, lang)] as const] : []),
        [words.difference, money(variance.total, { partOf: 'bill', totalOf: 'difference' })],
        [words.quantity, money(variance.quantity, { partOf: 'difference' })],
        [words.price, money(variance.price, { partOf: 'difference' })],
        [words.unsplit, money(variance.unsplit, { partOf: 'difference' })],
        [words.threshold, money(asked.threshold)],
        ...(listOf(summary.part_days).length > 0
          ? [[words.partDays, named(summary.part_days)] as const]
          : []),
        ...(listOf(summary.unreadable_imports).length > 0
          ? [[words.unreadable, named(summary.unreadable_imports)] as const]
          : []),
      ]}
    />
  )
}

function ProcessorFacts({ run }: { readonly run: Run }) {
  const words = useWords(reconciliationWords)
  const { summary } = run
  const fees = Object.entries(fieldsOf(summary.fees))
  return (
    <Facts
      rows={[
        [words.period, <Period key="period" asked={run.asked} />],
        [words.made, <Time key="made" at={run.made_at} />],
        [words.movements, textOf(summary.movements)],
        [words.entries, textOf(summary.entries)],
        [words.byHand, textOf(summary.by_hand)],
        [words.notCompared, textOf(summary.not_compared)],
        [words.differences, textOf(summary.differences)],
        [words.unexplained, textOf(summary.unexplained)],
        ...(fees.length > 0
          ? [
              [
                words.fees,
                fees.map(([currency, fee]) => (
                  <div key={currency}>
                    <Money amount={textOf(fee)} currency={currency} />
                  </div>
                )),
              ] as const,
            ]
          : []),
      ]}
    />
  )
}

interface CauseRow {
  readonly cause: string
  readonly amount: string
}

/** The difference in parts: what causes explain, and what nothing does. It closes or is not shown. */
function Causes({ run: { summary } }: { readonly run: Run }) {
  const words = useWords(reconciliationWords)
  const rows: CauseRow[] = [
    ...Object.entries(fieldsOf(summary.causes)).map(([cause, amount]) => ({
      cause,
      amount: textOf(amount),
    })),
    { cause: 'unexplained', amount: textOf(summary.unexplained) || '0' },
  ]
  return (
    <Panel title={words.whyTitle}>
      <SumTable
        name={words.whyTitle}
        columns={[
          {
            id: 'cause',
            label: words.cause,
            cell: ({ cause }) => wordFor(words.causeWords, cause),
          },
        ]}
        rows={rows}
        rowKey={({ cause }) => cause}
        amountOf={({ amount }) => amount}
        amountLabel={words.amount}
        total={textOf(fieldsOf(summary.variance).total) || '0'}
        currency={textOf(summary.currency) || null}
      />
    </Panel>
  )
}
