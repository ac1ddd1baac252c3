import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { wordsOf } from '../../../contract/explain/index.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords, type Words } from '../../app/words.ts'
import {
  Button,
  Choices,
  type Column,
  Confirm,
  Money,
  Muted,
  Panel,
  Stack,
  StateWord,
  Table,
  TextArea,
  useMoneyText,
} from '../../kit/index.ts'
import { fieldsOf, listOf, textOf, wordFor } from '../../parts/facts.ts'
import { type Difference, isWaiting, type Run, runKey, totalOf } from './runs.ts'
import { reconciliationWords } from './words.ts'

const SHOWS = ['waiting', 'all'] as const
type OwnWords = typeof reconciliationWords extends Words<infer W> ? W : never

/** What differs, one by one: those that wait first, each to be resolved with a reason. */
export function Differences({ run }: { readonly run: Run }) {
  const words = useWords(reconciliationWords)
  const [search, change] = useUrlState()
  const [chosen, setChosen] = useState<Difference>()
  const waiting = run.differences.filter(isWaiting)
  const show = choiceOf(search, 'show', waiting.length > 0 ? SHOWS : (['all', 'waiting'] as const))
  const rows = show === 'waiting' ? waiting : run.differences
  return (
    <Panel
      title={words.differences}
      actions={
        <Choices
          label={words.show}
          value={show}
          options={SHOWS.map((value) => ({ value, label: words.shows[value] }))}
          onChange={(value) => change({ show: value })}
        />
      }
    >
      <Table
        name={words.differences}
        columns={useColumns(setChosen)}
        rows={rows}
        rowKey={({ number }) => `${number}`}
        empty={
          <StateWord tone="ok">
            {show === 'waiting' ? words.noWaiting : words.noDifferences}
          </StateWord>
        }
      />
      <Resolve run={run} difference={chosen} onClose={() => setChosen(undefined)} />
    </Panel>
  )
}

function useColumns(onResolve: (difference: Difference) => void): Column<Difference>[] {
  const words = useWords(reconciliationWords)
  const kinds = wordsOf(useLang()).tokenKinds
  return [
    { id: 'number', label: words.number, numeric: true, cell: ({ number }) => number },
    {
      id: 'what',
      label: words.what,
      cell: (own) => <What own={own} words={words} kinds={kinds} />,
    },
    {
      id: 'difference',
      label: words.difference,
      numeric: true,
      priority: 2,
      cell: (own) => <Money amount={totalOf(own)} currency={own.currency} />,
    },
    { id: 'causes', label: words.causes, priority: 1, cell: (own) => causesOf(own, words) },
    {
      id: 'unexplained',
      label: words.unexplained,
      numeric: true,
      cell: (own) => <Money amount={own.unexplained} currency={own.currency} />,
    },
    {
      id: 'state',
      label: words.state,
      cell: (own) => <State own={own} onResolve={() => onResolve(own)} />,
    },
  ]
}

function What({
  own: { facts },
  words,
  kinds,
}: {
  readonly own: Difference
  readonly words: OwnWords
  readonly kinds: object
}) {
  if (facts.difference !== undefined)
    return (
      <Stack gap={1}>
        <span>
          {wordFor(words.movementWords, textOf(facts.type))}:{' '}
          {wordFor(words.differenceWords, textOf(facts.difference))}
        </span>
        <Muted>
          {[
            textOf(facts.payment_id),
            textOf(facts.account_id),
            listOf(facts.refs).map(textOf).join(' '),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Muted>
      </Stack>
    )
  return (
    <Stack gap={1}>
      <span>
        {textOf(facts.model)} · {wordFor(kinds, textOf(facts.kind))}
      </span>
      <Muted>{[textOf(facts.day), textOf(facts.tier)].filter(Boolean).join(' · ')}</Muted>
    </Stack>
  )
}

function causesOf({ facts }: Difference, words: OwnWords): string {
  if (typeof facts.cause === 'string') return wordFor(words.causeWords, facts.cause)
  return listOf(facts.causes)
    .map((own) => wordFor(words.causeWords, textOf(fieldsOf(own).cause)))
    .join(' · ')
}

function State({ own, onResolve }: { readonly own: Difference; readonly onResolve: () => void }) {
  const words = useWords(reconciliationWords)
  if (own.resolved)
    return (
      <Stack gap={1}>
        <StateWord tone="ok">{words.stateResolved}</StateWord>
        <Muted>{own.resolved.reason}</Muted>
      </Stack>
    )
  if (own.case_id === null) return <Muted>{words.statePassed}</Muted>
  return (
    <Stack gap={1}>
      <StateWord tone="warn">{words.stateOpen}</StateWord>
      <Link to={`/support/cases/${own.case_id}` as never}>{words.case}</Link>
      <Button size="small" onClick={onResolve}>
        {words.resolve}
      </Button>
    </Stack>
  )
}

const REASON_MIN = 3

function Resolve({
  run,
  difference,
  onClose,
}: {
  readonly run: Run
  readonly difference: Difference | undefined
  readonly onClose: () => void
}) {
  const words = useWords(reconciliationWords)
  const money = useMoneyText()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const [isTried, setTried] = useState(false)
  const resolve = useMutation({
    mutationFn: (number: number) =>
      api.reconciliation.resolve({ run_id: run.run_id, number }, { reason: reason.trim() }),
    onSuccess: (answer) => {
      queries.setQueryData(runKey(run.run_id), answer)
      close()
    },
  })
  const close = (): void => {
    setReason('')
    setTried(false)
    resolve.reset()
    onClose()
  }
  const isShort = reason.trim().length < REASON_MIN
  const amount = difference ? money(difference.unexplained, difference.currency) : ''
  return (
    <Confirm
      title={words.resolveTitle(difference?.number ?? 0)}
      open={difference !== undefined}
      onClose={close}
      confirm={words.resolveDo(amount)}
      busy={resolve.isPending}
      error={resolve.error}
      onConfirm={() => {
        setTried(true)
        if (!isShort && difference) resolve.mutate(difference.number)
      }}
    >
      <p>{words.resolveLead(amount)}</p>
      <TextArea
        label={words.reason}
        hint={words.reasonHint}
        value={reason}
        error={isTried && isShort ? words.reasonMissing : undefined}
        onChange={(event) => setReason(event.target.value)}
      />
    </Confirm>
  )
}
