import { useMutation } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { cardName } from '../../../contract/explain/index.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Confirm,
  Facts,
  Money,
  Notice,
  Stack,
  SumTable,
  Time,
  useMoneyText,
  usePassed,
} from '../../kit/index.ts'
import type { Card, Purchase } from './data.ts'
import { percentText } from './rate.ts'
import { paymentWords } from './words.ts'

type Offer = Answer<'previewPurchase'>

interface ConfirmPurchaseProps {
  readonly account: string
  readonly offer: Offer
  readonly card: Card | undefined
  readonly onClose: () => void
  readonly onBought: (own: Purchase) => void
}

/** The sentence that the server has made of it, its sums, and one button with the amount. */
export function ConfirmPurchase({ account, offer, card, onClose, onBought }: ConfirmPurchaseProps) {
  const words = useWords(paymentWords)
  const lang = useLang()
  const money = useMoneyText()
  const isOver = usePassed(offer.expires_at)
  // The preview's id is the order's: pressed twice, or sent again by the network, it is one purchase.
  const confirm = useMutation({
    mutationFn: () => api.purchases.confirm(account, { preview_id: offer.preview_id }),
    onSuccess: onBought,
  })
  return (
    <Confirm
      open
      title={words.confirmTitle}
      confirm={words.pay(money(offer.total, offer.currency))}
      busy={confirm.isPending || isOver}
      error={confirm.error}
      onClose={onClose}
      onConfirm={() => confirm.mutate()}
    >
      <Stack gap={3}>
        <p>{offer.sentence[lang]}</p>
        <PriceTable own={offer} />
        <OfferFacts offer={offer} card={card} />
        {isOver && <Notice tone="warn" title={words.previewOver} alert />}
      </Stack>
    </Confirm>
  )
}

function OfferFacts({ offer, card }: Pick<ConfirmPurchaseProps, 'offer' | 'card'>) {
  const words = useWords(paymentWords)
  return (
    <Facts
      rows={[
        [words.credit, <Money key="face" amount={offer.face} currency={offer.currency} />],
        ...(card ? [[words.card, cardName(card)] as const] : []),
        [words.expires, <Until key="expires" at={offer.lot.expires_at} never={words.never} />],
        [
          words.withdrawal,
          <Until key="until" at={offer.withdrawal_until} never={words.noWithdrawal} />,
        ],
        [words.boughtUnder, offer.policy],
        [words.previewEnds, <Time key="ends" at={offer.expires_at} form="time" />],
      ]}
    />
  )
}

export function Until({ at, never }: { readonly at: string | null; readonly never: string }) {
  return at === null ? never : <Time at={at} form="date" />
}

/** Price and tax, adding up to what the card is charged. */
export function PriceTable({
  own,
}: {
  readonly own: Pick<Offer, 'price' | 'tax' | 'tax_rate' | 'total' | 'currency'>
}) {
  const words = useWords(paymentWords)
  const lang = useLang()
  return (
    <SumTable
      name={words.total}
      columns={[{ id: 'what', label: words.what, cell: ({ name }) => name }]}
      rows={[
        { name: words.price, amount: own.price },
        { name: words.tax(percentText(own.tax_rate, lang)), amount: own.tax },
      ]}
      rowKey={({ name }) => name}
      amountOf={({ amount }) => amount}
      total={own.total}
      currency={own.currency}
      amountLabel={words.total}
    />
  )
}
