import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer, Body } from '../../../client/index.ts'
import { cardName } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  Empty,
  Grid,
  Loaded,
  MoneyField,
  Muted,
  Panel,
  ProblemNotice,
  Row,
  Select,
  Stack,
  useMoneyText,
} from '../../kit/index.ts'
import { Bought } from './bought.tsx'
import { ConfirmPurchase } from './confirm-purchase.tsx'
import { type Card, type Purchase, useCards } from './data.ts'
import { paymentWords } from './words.ts'

type Bundle = Answer<'listBundles'>['items'][number]

interface BuyProps {
  readonly account: string
  readonly currency: string
}

/** An amount or a bundle, a card, and then the sum: nothing is charged before it was confirmed. */
export function Buy({ account, currency }: BuyProps) {
  const words = useWords(paymentWords)
  const cards = useCards(account)
  const bundles = useQuery({
    queryKey: ['bundles'],
    queryFn: ({ signal }) => api.purchases.bundles({ signal }),
  })
  const sold = bundles.data?.items.filter((bundle) => bundle.currency === currency) ?? []
  return (
    <Panel title={words.buy}>
      <Loaded query={cards}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.needsCard}>{words.needsCardWhy}</Empty>
          ) : (
            <Order account={account} currency={currency} cards={items} bundles={sold} />
          )
        }
      </Loaded>
    </Panel>
  )
}

interface OrderProps extends BuyProps {
  readonly cards: readonly Card[]
  readonly bundles: readonly Bundle[]
}

const AMOUNT = /^\d{1,9}(\.\d{1,9})?$/
const isAmount = (text: string): boolean => AMOUNT.test(text) && /[1-9]/.test(text)

/** What is wished so far: kept here until a preview has made an offer of it. */
function useWish({ cards, bundles }: Pick<OrderProps, 'cards' | 'bundles'>) {
  const [kind, setKind] = useState<'amount' | 'bundle'>('amount')
  const [amount, setAmount] = useState('')
  const [bundle, setBundle] = useState('')
  const [card, setCard] = useState('')
  const method = cards.some(({ method_id: id }) => id === card) ? card : cards[0]?.method_id
  const chosen = bundles.find(({ id }) => id === bundle) ?? bundles[0]
  const isComplete = kind === 'amount' ? isAmount(amount) : chosen !== undefined
  const what = kind === 'amount' ? { amount } : chosen && { bundle_id: chosen.id }
  const wish: Body<'previewPurchase'> | undefined = isComplete
    ? { ...what, ...(method !== undefined && { method_id: method }) }
    : undefined
  return { kind, setKind, amount, setAmount, chosen, setBundle, method, setCard, wish }
}
type Wish = ReturnType<typeof useWish>

function Order({ account, currency, cards, bundles }: OrderProps) {
  const words = useWords(paymentWords)
  const queries = useQueryClient()
  const wish = useWish({ cards, bundles })
  const [tried, setTried] = useState(false)
  const [bought, setBought] = useState<Purchase>()
  const preview = useMutation({
    mutationFn: (wished: Body<'previewPurchase'>) => api.purchases.preview(account, wished),
  })
  const ask = (): void => {
    setTried(true)
    setBought(undefined)
    if (wish.wish !== undefined) preview.mutate(wish.wish)
  }
  const take = (own: Purchase): void => {
    setBought(own)
    setTried(false)
    wish.setAmount('')
    preview.reset()
    void queries.invalidateQueries({ queryKey: accountKey(account) })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <Stack gap={3}>
        <WishFields wish={wish} tried={tried} {...{ currency, cards, bundles }} />
        {preview.error && <ProblemNotice error={preview.error} />}
        {bought && <Bought account={account} own={bought} />}
        <Row>
          <Button type="submit" kind="primary" busy={preview.isPending}>
            {words.preview}
          </Button>
        </Row>
      </Stack>
      {preview.data && (
        <ConfirmPurchase
          account={account}
          offer={preview.data}
          card={cards.find(({ method_id }) => method_id === preview.data.method_id)}
          onClose={() => preview.reset()}
          onBought={take}
        />
      )}
    </form>
  )
}

interface WishFieldsProps extends Omit<OrderProps, 'account'> {
  readonly wish: Wish
  readonly tried: boolean
}

function WishFields({ wish, tried, currency, cards, bundles }: WishFieldsProps) {
  const words = useWords(paymentWords)
  return (
    <>
      <Choices
        label={words.buyWhat}
        value={wish.kind}
        onChange={wish.setKind}
        options={[
          { value: 'amount', label: words.anAmount },
          { value: 'bundle', label: words.aBundle },
        ]}
      />
      <Grid>
        {wish.kind === 'amount' ? (
          <MoneyField
            label={words.amount}
            currency={currency}
            hint={words.amountHint}
            value={wish.amount}
            error={tried && wish.wish === undefined ? words.amountWrong : undefined}
            onChange={(event) => wish.setAmount(event.target.value.trim())}
          />
        ) : (
          <BundleChoice bundles={bundles} value={wish.chosen?.id ?? ''} onChange={wish.setBundle} />
        )}
        <Select
          label={words.card}
          value={wish.method ?? ''}
          onChange={wish.setCard}
          options={cards.map((own) => ({ value: own.method_id, label: cardName(own) }))}
        />
      </Grid>
    </>
  )
}

function BundleChoice({
  bundles,
  value,
  onChange,
}: {
  readonly bundles: readonly Bundle[]
  readonly value: string
  readonly onChange: (id: string) => void
}) {
  const words = useWords(paymentWords)
  const money = useMoneyText()
  if (bundles.length === 0) return <Muted>{words.noBundles}</Muted>
  return (
    <Select
      label={words.bundles}
      value={value}
      onChange={onChange}
      options={bundles.map(({ id, face, price, currency }) => ({
        value: id,
        label: words.bundle(money(face, currency), money(price, currency)),
      }))}
    />
  )
}
