import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountState, EstimateAnswer } from '../../../client/index.ts'
import { explainBlock } from '../../../contract/explain/index.ts'
import { formatNanos, readNanos, subtract } from '../../../core/money/index.ts'
import { useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Amount,
  Button,
  Facts,
  Grid,
  Money,
  Muted,
  Notice,
  Panel,
  ProblemNotice,
  Stack,
  Table,
  TextArea,
  TextField,
} from '../../kit/index.ts'
import { estimateWords } from './estimate-words.ts'

const COUNT = /^\d{1,9}$/
const bytesOf = (text: string): string => `${new TextEncoder().encode(text).length}`

interface Call {
  readonly model: string
  readonly prompt: string
  readonly text: string
  readonly output: string
}

const isCountOrEmpty = (value: string): boolean => value === '' || COUNT.test(value)

/** What a call would cost, which source would pay, and what would be left. */
export function Estimate({ account }: { readonly account: string }) {
  const words = useWords(estimateWords)
  const state = useAccountState(account).data
  const [call, setCall] = useState<Call>({ model: '', prompt: '', text: '', output: '' })
  const prompt = call.text === '' ? call.prompt : bytesOf(call.text)
  const isReady = call.model !== '' && COUNT.test(prompt) && isCountOrEmpty(call.output)
  const estimate = useMutation({
    mutationFn: () =>
      api.estimate({
        account_id: account,
        model: call.model,
        prompt_tokens_max: Number.parseInt(prompt, 10),
        ...(call.output !== '' && { max_output_tokens: Number.parseInt(call.output, 10) }),
      }),
  })
  return (
    <Panel title={words.title} asOf={estimate.data}>
      <Stack gap={4}>
        <p>{words.lead}</p>
        <Fields call={call} setCall={setCall} prompt={prompt} />
        <div>
          <Button
            kind="primary"
            disabled={!isReady}
            busy={estimate.isPending}
            onClick={() => estimate.mutate()}
          >
            {words.run}
          </Button>{' '}
          {!isReady && <Muted>{words.empty}</Muted>}
        </div>
        {estimate.error && <ProblemNotice error={estimate.error} />}
        {estimate.data && <Result answer={estimate.data} state={state} />}
      </Stack>
    </Panel>
  )
}

function Fields({
  call,
  setCall,
  prompt,
}: {
  readonly call: Call
  readonly setCall: (call: Call) => void
  /** As typed, or the bound of the text. */
  readonly prompt: string
}) {
  const words = useWords(estimateWords)
  const lang = useLang()
  const hasText = call.text !== ''
  const bound = hasText ? ` ${words.bound(count(BigInt(prompt), lang))}` : ''
  const number = (value: string) => ({
    inputMode: 'numeric' as const,
    value,
    error: isCountOrEmpty(value) ? undefined : words.wrong,
  })
  return (
    <>
      <Grid min="220px">
        <TextField
          label={words.model}
          value={call.model}
          onChange={(event) => setCall({ ...call, model: event.target.value.trim() })}
        />
        <TextField
          label={words.prompt}
          {...number(prompt)}
          disabled={hasText}
          onChange={(event) => setCall({ ...call, prompt: event.target.value.trim() })}
        />
        <TextField
          label={words.output}
          hint={words.outputHint}
          {...number(call.output)}
          onChange={(event) => setCall({ ...call, output: event.target.value.trim() })}
        />
      </Grid>
      <TextArea
        label={words.text}
        hint={`${words.textHint}${bound}`}
        value={call.text}
        onChange={(event) => setCall({ ...call, text: event.target.value })}
      />
    </>
  )
}

interface ResultProps {
  readonly answer: EstimateAnswer
  readonly state: AccountState | undefined
}

function Result({ answer, state }: ResultProps) {
  const words = useWords(estimateWords)
  const lang = useLang()
  const timeZone = useTimeZone()
  const { currency, block } = answer
  if (answer.status === 'unpriced')
    return (
      <Notice tone="warn" title={words.unpriced} alert>
        <p>{words.unpricedWhy(answer.missing.join(', '))}</p>
      </Notice>
    )
  const figure = (amount: string | null) => (
    <Amount amount={amount} currency={currency} basis="estimate" />
  )
  return (
    <Stack gap={4}>
      <Facts
        rows={[
          [words.low, figure(answer.low)],
          [words.expected, figure(answer.expected)],
          [words.worst, figure(answer.worst)],
        ]}
      />
      {block && (
        <Notice tone="danger" title={words.refused} alert>
          {explainBlock(block, { lang, timeZone }).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Notice>
      )}
      <Payers answer={answer} state={state} />
    </Stack>
  )
}

function Payers({ answer, state }: ResultProps) {
  const words = useWords(estimateWords)
  const { currency } = answer
  const rows = answer.funding.filter(({ drawn }) => readNanos(drawn) !== 0n)
  const nameOf = (source: string): string =>
    state?.lots.find(({ id }) => id === source)?.name ??
    (source === 'overage' ? words.overage : source)
  return (
    <Table
      name={words.paidBy}
      caption
      empty={<Muted>{words.nothing}</Muted>}
      columns={[
        {
          id: 'source',
          label: words.source,
          cell: (row) => (row.class === 'included' ? words.included : nameOf(row.source)),
        },
        {
          id: 'would',
          label: words.would,
          numeric: true,
          cell: ({ drawn }) => <Money amount={drawn} currency={currency} />,
        },
        {
          id: 'left',
          label: words.left,
          numeric: true,
          cell: ({ free, drawn }) => (
            <Money
              amount={formatNanos(subtract(readNanos(free), readNanos(drawn)))}
              currency={currency}
            />
          ),
        },
      ]}
      rows={rows}
      rowKey={({ source, window_id: window }) => `${source} ${window}`}
    />
  )
}
