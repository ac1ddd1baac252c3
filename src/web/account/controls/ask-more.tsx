import { useState } from 'react'
import type { AccountState } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, MoneyField, Stack, TextArea, useMoneyText } from '../../kit/index.ts'
import { isAmount } from '../../parts/amounts.ts'
import { useOrder } from '../../parts/use-order.ts'
import type { Cap } from './cap-card.tsx'
import { type Until, UntilSelect, untilOf } from './cap-requests.tsx'
import { limitWords } from './limit-words.ts'

interface Asked {
  readonly amount: string
  readonly days: Until
  readonly reason: string
}

/** For those who may not raise a cap themselves. */
export function AskMore({ cap, state }: { readonly cap: Cap; readonly state: AccountState }) {
  const words = useWords(limitWords)
  const money = useMoneyText()
  const [asked, setAsked] = useState<Asked>({ amount: '', days: 'week', reason: '' })
  const [wasTried, setTried] = useState(false)
  const account = state.account_id
  const order = useOrder(account, ({ days, ...rest }: Asked, sending) =>
    api.capRequests.create(account, { ...rest, cap_id: cap.id, until: untilOf(days) }, sending),
  )
  const isRight = isAmount(asked.amount)
  const send = (): void => {
    setTried(true)
    if (isRight && asked.reason !== '') order.perform(asked)
  }
  return (
    <>
      <Button size="small" onClick={order.open}>
        {words.askMore}
      </Button>
      <Confirm
        title={words.askTitle}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.send(isRight ? money(asked.amount, state.currency) : '…')}
        busy={order.busy}
        error={order.error}
        onConfirm={send}
      >
        <Form asked={asked} setAsked={setAsked} currency={state.currency} told={wasTried} />
      </Confirm>
    </>
  )
}

function Form({
  asked,
  setAsked,
  currency,
  told,
}: {
  readonly asked: Asked
  readonly setAsked: (asked: Asked) => void
  readonly currency: string
  /** Whether what is missing is said already. */
  readonly told: boolean
}) {
  const words = useWords(limitWords)
  return (
    <Stack>
      <MoneyField
        currency={currency}
        label={words.askAmount}
        value={asked.amount}
        error={told && !isAmount(asked.amount) ? words.amountWrong : undefined}
        onChange={(event) => setAsked({ ...asked, amount: event.target.value.trim() })}
      />
      <UntilSelect value={asked.days} onChange={(days) => setAsked({ ...asked, days })} />
      <TextArea
        label={words.why}
        hint={words.whyHint}
        value={asked.reason}
        error={told && asked.reason === '' ? words.whyMissing : undefined}
        onChange={(event) => setAsked({ ...asked, reason: event.target.value })}
      />
    </Stack>
  )
}
