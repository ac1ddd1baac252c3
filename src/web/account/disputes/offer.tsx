import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Notice, Stack, SumTable, useMoneyText } from '../../kit/index.ts'
import { receiptOf } from './about.ts'
import type { Dispute } from './data.ts'
import { ReceiptLinks } from './finding-table.tsx'
import { useStep } from './use-step.ts'
import { disputeWords } from './words.ts'

interface OfferProps {
  readonly account: string
  readonly own: Dispute
  readonly offer: NonNullable<Dispute['offer']>
}

/** What our own check would give back at once, line by line, and the button that takes it. */
export function Offer({ account, own, offer }: OfferProps) {
  const words = useWords(disputeWords)
  const may = useMay()
  const money = useMoneyText()
  const [asking, setAsking] = useState(false)
  const total = money(offer.total, own.currency)
  const accept = useStep(account, () => api.disputes.accept(account, own.case_id))
  return (
    <Notice
      tone="ok"
      title={words.offer(total)}
      actions={
        may('cases_open') && (
          <Button kind="primary" onClick={() => setAsking(true)}>
            {words.take(total)}
          </Button>
        )
      }
    >
      <Stack gap={3}>
        <p>{words.offerWhy}</p>
        <OfferLines account={account} own={own} offer={offer} />
      </Stack>
      {asking && (
        <Confirm
          open
          title={words.takeTitle}
          confirm={words.take(total)}
          busy={accept.isPending}
          error={accept.error}
          onClose={() => setAsking(false)}
          onConfirm={() => accept.mutate('', { onSuccess: () => setAsking(false) })}
        >
          <p>{words.takeWhy(total)}</p>
          {offer.purchase && <p>{words.takePurchase}</p>}
        </Confirm>
      )}
    </Notice>
  )
}

function OfferLines({ account, own, offer }: OfferProps) {
  const words = useWords(disputeWords)
  const { purchase } = offer
  const lines = offer.lines.map(({ call_id: call, amount }) => ({
    id: call,
    amount,
    name: <ReceiptLinks account={account} receipts={[receiptOf(call)]} />,
  }))
  const bought = purchase && [
    { id: purchase.payment_id, amount: purchase.amount, name: <code>{purchase.payment_id}</code> },
  ]
  return (
    <SumTable
      name={words.offer('')}
      columns={[{ id: 'what', label: words.receipt, cell: ({ name }) => name }]}
      rows={[...lines, ...(bought ?? [])]}
      rowKey={({ id }) => id}
      amountOf={({ amount }) => amount}
      total={offer.total}
      currency={own.currency}
      amountLabel={words.difference}
    />
  )
}
