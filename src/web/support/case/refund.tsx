import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Choices,
  Confirm,
  Empty,
  Loaded,
  MoneyField,
  Muted,
  Notice,
  Stack,
  TextArea,
  useMoneyText,
} from '../../kit/index.ts'
import { type Compared, useComparison } from './comparison.tsx'
import { read } from './customer.tsx'
import { LetterPreview } from './letter.tsx'
import { ReasonField } from './reason-field.tsx'
import {
  amountOf,
  type Choice,
  firstChoice,
  isAbove,
  type LineChoice,
  leftOf,
  totalOf,
} from './refund-lines.ts'
import { type StepProps, useStep } from './step.ts'
import { caseScreenWords } from './words.ts'

/** Something goes back: amounts come from receipts, and to where they were paid from. */
export function RefundDialog(props: StepProps) {
  const payment = read(props.own).about?.payment_id
  const query = useComparison(props.own.case_id)
  if (payment !== undefined) return <PurchaseRefund {...props} payment={payment} />
  if (!query.data) return <Loaded query={query}>{() => null}</Loaded>
  return <CallsRefund {...props} calls={query.data.calls} />
}

function PurchaseRefund({ own, onClose, payment }: StepProps & { readonly payment: string }) {
  const words = useWords(caseScreenWords)
  const [reason, setReason] = useState('goodwill')
  const [text, setText] = useState('')
  const said = text.trim()
  const step = useStep(
    () =>
      api.cases.refund(own.case_id, { payment_id: payment, reason, ...(said && { words: said }) }),
    onClose,
  )
  return (
    <Confirm
      open
      title={words.refundTitle}
      confirm={words.giveUnused}
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={() => step.mutate()}
    >
      <Stack>
        <p>
          {words.purchase} (<code>{payment}</code>)
        </p>
        <p>{words.purchaseWhat}</p>
        <ReasonField value={reason} onChange={setReason} />
        <TextArea
          label={words.letterWords}
          lang={own.language}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Stack>
    </Confirm>
  )
}

interface CallsProps extends StepProps {
  readonly calls: readonly Compared[]
}

function CallsRefund({ own, onClose, calls }: CallsProps) {
  const words = useWords(caseScreenWords)
  const money = useMoneyText()
  const form = useRefundForm(calls)
  const { lines, isComplete, total, reason, said } = form
  const isOver = isAbove(total, own.alone)
  const step = useStep(
    () =>
      api.cases.refund(own.case_id, {
        calls: lines.map(({ call_id, amount }) => ({ call_id, amount })),
        reason,
        ...(said && { words: said }),
      }),
    onClose,
  )
  const amount = money(total, own.currency)
  const [isRefused, setRefused] = useState(false)
  const confirm = (): void => {
    if (isComplete) step.mutate()
    else setRefused(true)
  }
  return (
    <Confirm
      open
      title={words.refundTitle}
      confirm={isOver ? words.askFor(amount) : words.giveBack(amount)}
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={confirm}
    >
      <Stack gap={4}>
        {calls.length === 0 && <Empty title={words.noCalls} />}
        {calls.map((call) => (
          <CallLine
            key={call.call_id}
            call={call}
            currency={own.currency}
            line={form.lineOf(call)}
            onChange={(line) => form.setLine(call, line)}
          />
        ))}
        {isRefused && !isComplete && <Notice tone="danger" title={words.notFound} alert />}
        {isOver && <Notice tone="warn" title={words.needsSecond} />}
        <Letter own={own} form={form} />
        <Postings lines={lines} calls={calls} currency={own.currency} />
      </Stack>
    </Confirm>
  )
}

/** Why, in which words, and the letter that they make. */
function Letter({
  own,
  form,
}: {
  readonly own: StepProps['own']
  readonly form: ReturnType<typeof useRefundForm>
}) {
  const words = useWords(caseScreenWords)
  const { lines, reason, said, total } = form
  const plan = {
    lines: lines.map((line) => ({ ...line, reason, finding_key: null })),
    purchase: null,
    total,
  }
  return (
    <>
      <ReasonField value={reason} onChange={form.setReason} />
      <TextArea
        label={words.letterWords}
        lang={own.language}
        value={form.text}
        onChange={(event) => form.setText(event.target.value)}
      />
      <LetterPreview own={own} decided={{ verdict: 'refund', reason, plan, words: said || null }} />
    </>
  )
}

/** What is chosen for each call, and what it comes to. */
function useRefundForm(calls: readonly Compared[]) {
  const [chosen, setChosen] = useState<Readonly<Record<string, LineChoice>>>({})
  const [reason, setReason] = useState('wrong_charge')
  const [text, setText] = useState('')
  const lineOf = (call: Compared): LineChoice => chosen[call.call_id] ?? firstChoice(call)
  const all = calls.map((call) => ({
    call_id: call.call_id,
    amount: amountOf(call, lineOf(call)),
  }))
  const lines = all.flatMap(({ call_id, amount }) =>
    amount === undefined || amount === '0' ? [] : [{ call_id, amount }],
  )
  return {
    lines,
    lineOf,
    setLine: (call: Compared, line: LineChoice) =>
      setChosen((before) => ({ ...before, [call.call_id]: line })),
    isComplete: lines.length > 0 && all.every(({ amount }) => amount !== undefined),
    total: totalOf(lines.map(({ amount }) => amount)),
    reason,
    setReason,
    text,
    setText,
    said: text.trim(),
  }
}

interface LineProps {
  readonly call: Compared
  readonly currency: string | null
  readonly line: LineChoice
  readonly onChange: (line: LineChoice) => void
}

function CallLine({ call, currency, line, onChange }: LineProps) {
  const words = useWords(caseScreenWords)
  const money = useMoneyText()
  const may = useMay()
  const left = leftOf(call)
  if (left === '0')
    return (
      <div>
        <code>{call.receipt_id}</code> <Muted>{words.nothingLeft}</Muted>
      </div>
    )
  const options: { readonly value: Choice; readonly label: string }[] = [
    ...(call.due === '0' || call.due === left
      ? []
      : [{ value: 'due' as const, label: words.dueOf(money(call.due, currency)) }]),
    { value: call.due === left ? 'due' : 'all', label: words.allOf(money(left, currency)) },
    // A free figure is for whom may approve: below that, amounts come from receipts.
    ...(may('cases_approve') ? [{ value: 'other' as const, label: words.otherAmount }] : []),
    { value: 'none', label: words.nothing },
  ]
  const isBad = line.choice === 'other' && amountOf(call, line) === undefined
  return (
    <Stack gap={2}>
      <code>{call.receipt_id}</code>
      <Choices
        label={words.amountFor(call.receipt_id)}
        value={line.choice}
        options={options}
        onChange={(choice) => onChange({ ...line, choice })}
      />
      {line.choice === 'other' && (
        <MoneyField
          label={words.exactAmount}
          currency={currency ?? ''}
          value={line.typed}
          error={isBad && line.typed !== '' ? words.badAmount : undefined}
          onChange={(event) => onChange({ ...line, typed: event.target.value })}
        />
      )}
    </Stack>
  )
}

interface PostingsProps {
  readonly lines: readonly { readonly call_id: string; readonly amount: string }[]
  readonly calls: readonly Compared[]
  readonly currency: string | null
}

/** What will be posted: one refund for each call, to the sources that its receipt names. */
function Postings({ lines, calls, currency }: PostingsProps) {
  const words = useWords(caseScreenWords)
  const money = useMoneyText()
  if (lines.length === 0) return null
  return (
    <Stack gap={2}>
      <h3>{words.postings}</h3>
      {lines.map(({ call_id, amount }) => {
        const call = calls.find((own) => own.call_id === call_id)
        const drawn = call?.funding.filter(({ actual }) => actual !== '0') ?? []
        return (
          <div key={call_id}>
            <strong>{money(amount, currency)}</strong>{' '}
            {words.postingFor(call?.receipt_id ?? call_id)}
            <ul>
              {drawn.map((source) => (
                <li key={source.source}>
                  {words.destination}: {destinationOf(source.class, words.destinations)}{' '}
                  <code>{source.source}</code>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
      <Muted>{words.extended}</Muted>
    </Stack>
  )
}

const destinationOf = (of: string, names: Readonly<Record<string, string>>): string =>
  names[of] ?? of
