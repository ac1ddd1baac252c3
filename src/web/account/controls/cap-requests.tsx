import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, take } from '../../../client/index.ts'
import { accountKey, useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Confirm,
  Empty,
  Loaded,
  MoneyField,
  Muted,
  Panel,
  Select,
  Stack,
  StateWord,
  TextArea,
  Time,
  type Tone,
  useMoneyText,
} from '../../kit/index.ts'
import { isAmount } from '../../parts/amounts.ts'
import { capName } from '../../parts/cap-name.ts'
import { Card, Cards } from '../../parts/card.tsx'
import { useOrder } from '../../parts/use-order.ts'
import { limitWords } from './limit-words.ts'

type Request = Answer<'getCapRequest'>
type Listed = Omit<Request, 'as_of' | 'seq'>

const SHOWN_MAX = 50
const TONES: Readonly<Record<Request['state'], Tone>> = {
  requested: 'warn',
  approved: 'ok',
  denied: 'danger',
  expired: 'muted',
  withdrawn: 'muted',
}

/** Who asks for more, and what was decided. */
export function CapRequests({ account }: { readonly account: string }) {
  const words = useWords(limitWords)
  const requests = useQuery({
    queryKey: accountKey(account, 'cap_requests'),
    queryFn: ({ signal }) => take(api.capRequests.list(account, {}, { signal }), SHOWN_MAX),
  })
  return (
    <Panel title={words.requests}>
      <Loaded query={requests}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={words.noRequests}>
              <p>{words.noRequestsWhy}</p>
            </Empty>
          ) : (
            <Cards name={words.requests}>
              {items.map((request) => (
                <RequestCard key={request.request_id} account={account} request={request} />
              ))}
            </Cards>
          )
        }
      </Loaded>
    </Panel>
  )
}

function RequestCard({ account, request }: { readonly account: string; readonly request: Listed }) {
  const words = useWords(limitWords)
  const lang = useLang()
  const money = useMoneyText()
  const state = useAccountState(account).data
  const cap = state?.caps.find(({ id }) => id === request.cap_id)
  const currency = state?.currency ?? null
  const who = request.member_id ?? request.requested_by.id
  const isOpen = request.state === 'requested'
  const granted = request.decision?.amount
  return (
    <Card
      title={words.asks(
        who,
        money(request.amount, currency),
        cap ? capName(cap, lang) : request.cap_id,
      )}
      mark={<StateWord tone={TONES[request.state]}>{words.states[request.state]}</StateWord>}
      actions={isOpen && <Decisions {...{ account, request, currency: currency ?? '' }} />}
      faded={!isOpen}
    >
      <p>{request.reason}</p>
      <Muted>
        {words.until}: {request.until ? <Time at={request.until} /> : words.untilNever}
      </Muted>
      {granted && <p>{words.granted(money(granted, currency))}</p>}
      {request.decision?.reason && <p>{request.decision.reason}</p>}
      {isOpen && (
        <Muted>
          {words.decidable} <Time at={request.expires_at} />
        </Muted>
      )}
    </Card>
  )
}

interface DecisionProps {
  readonly account: string
  readonly request: Listed
  readonly currency: string
}

function Decisions(props: DecisionProps) {
  const may = useMay()
  return (
    <>
      {may('cap_request_decide') && (
        <>
          <Deny {...props} />
          <Approve {...props} />
        </>
      )}
      {may('cap_request_withdraw') && !may('cap_request_decide') && <Withdraw {...props} />}
    </>
  )
}

function Approve({ account, request, currency }: DecisionProps) {
  const words = useWords(limitWords)
  const money = useMoneyText()
  const [amount, setAmount] = useState(request.amount)
  const [until, setUntil] = useState<Until | 'asked'>('asked')
  const order = useOrder(account, (given: { amount: string; until: string | null }, sending) =>
    api.capRequests.approve(account, request.request_id, given, sending),
  )
  const isRight = isAmount(amount)
  const send = (): void => {
    const end = until === 'asked' ? request.until : untilOf(until)
    if (isRight) order.perform({ amount, until: end })
  }
  return (
    <>
      <Button kind="primary" size="small" onClick={order.open}>
        {words.approve}
      </Button>
      <Confirm
        title={words.approveTitle}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.approveDo(isRight ? money(amount, currency) : '…')}
        busy={order.busy}
        error={order.error}
        onConfirm={send}
      >
        <Stack>
          <p>{words.approveSays}</p>
          <MoneyField
            currency={currency}
            label={words.askAmount}
            value={amount}
            error={isRight ? undefined : words.amountWrong}
            onChange={(event) => setAmount(event.target.value.trim())}
          />
          <UntilSelect value={until} onChange={setUntil} asked />
        </Stack>
      </Confirm>
    </>
  )
}

function Deny({ account, request }: DecisionProps) {
  const words = useWords(limitWords)
  const [reason, setReason] = useState('')
  const order = useOrder(account, (given: { reason: string }, sending) =>
    api.capRequests.deny(account, request.request_id, given, sending),
  )
  return (
    <>
      <Button size="small" onClick={order.open}>
        {words.deny}
      </Button>
      <Confirm
        title={words.denyTitle}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.denyDo}
        danger
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform({ reason })}
      >
        <TextArea
          label={words.reason}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Confirm>
    </>
  )
}

function Withdraw({ account, request }: DecisionProps) {
  const words = useWords(limitWords)
  const order = useOrder(account, (id: string, sending) =>
    api.capRequests.withdraw(account, id, sending),
  )
  return (
    <Button size="small" busy={order.busy} onClick={() => order.perform(request.request_id)}>
      {words.withdraw}
    </Button>
  )
}

const UNTILS = ['day', 'week', 'month', 'stays'] as const
export type Until = (typeof UNTILS)[number]
const DAY_MS = 86_400_000
const DAYS: Readonly<Record<Exclude<Until, 'stays'>, number>> = { day: 1, week: 7, month: 30 }

export const untilOf = (until: Until): string | null =>
  until === 'stays' ? null : new Date(serverNow() + DAYS[until] * DAY_MS).toISOString()

export function UntilSelect<Value extends string>({
  value,
  onChange,
  asked = false,
}: {
  readonly value: Value
  readonly onChange: (value: Until) => void
  /** Whoever decides may keep what was asked for. */
  readonly asked?: boolean
}) {
  const words = useWords(limitWords)
  return (
    <Select
      label={words.until}
      value={value}
      options={[
        ...(asked ? [{ value: 'asked', label: words.untilAsked }] : []),
        ...UNTILS.map((one) => ({ value: one, label: words.untils[one] })),
      ]}
      onChange={(chosen) => onChange(chosen as Until)}
    />
  )
}
