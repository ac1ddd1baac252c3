import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Dialog, Loaded, useMoneyText } from '../../kit/index.ts'
import { PriceTable } from './confirm-purchase.tsx'
import type { Purchase } from './data.ts'
import { paymentWords } from './words.ts'

interface RefundPurchaseProps {
  readonly account: string
  readonly own: Purchase
  readonly onClose: () => void
}

/** What would go back now; then, confirmed, it does, once. */
export function RefundPurchase({ account, own, onClose }: RefundPurchaseProps) {
  const words = useWords(paymentWords)
  const money = useMoneyText()
  const queries = useQueryClient()
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const preview = useQuery({
    queryKey: accountKey(account, 'refund_preview', own.payment_id),
    queryFn: ({ signal }) => api.purchases.previewRefund(account, own.payment_id, {}, { signal }),
    retry: false,
  })
  const refund = useMutation({
    mutationFn: () => api.purchases.refund(account, own.payment_id, {}, { idempotencyKey }),
    onSuccess: (answer) => {
      queries.setQueryData(accountKey(account, 'purchase', own.payment_id), answer)
      void queries.invalidateQueries({ queryKey: accountKey(account) })
      onClose()
    },
  })
  if (!preview.data)
    return (
      <Dialog open title={words.refundTitle} onClose={onClose}>
        <Loaded query={preview}>{() => null}</Loaded>
      </Dialog>
    )
  const { total, tax, face } = preview.data
  const shown = (amount: string) => money(amount, own.currency)
  return (
    <Confirm
      open
      title={words.refundTitle}
      confirm={words.refundButton(shown(total))}
      busy={refund.isPending}
      error={refund.error}
      onClose={onClose}
      onConfirm={() => refund.mutate()}
    >
      <p>{words.refundSentence(shown(total), shown(tax), shown(face))}</p>
      <PriceTable own={{ ...preview.data, tax_rate: own.tax_rate, currency: own.currency }} />
    </Confirm>
  )
}
