import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer, Body } from '../../../client/index.ts'
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
import { Bought, ConfirmPurchase } from './confirm-purchase.tsx'
import { type Card, cardName, type Purchase, useCards } from './data.ts'
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

function Order({ account, currency, cards, bundles }: OrderProps) {
  const words = useWords(paymentWords)
  const queries = useQueryClient()
  const [kind, setKind] = useState<'amount' | 'bundle'>('amount')
  const [amount, setAmount] = useState('')
  const [bundle, setBundle] = useState('')
  const [card, setCard] = useState('')
  const [tried, setTried] = useState(false)
  const [bought, setBought] = useState<Purchase>()
  const preview = useMutation({
    mutationFn: (wish: Body<'previewPurchase'>) => api.purchases.preview(account, wish),
  })
  const method = cards.some(({ method_id }) => method_id === card) ? card : cards[0]?.method_id
  const chosen = bundles.find(({ id }) => id === bundle) ?? bundles[0]
  const isComplete = kind === 'amount' ? isAmount(amount) : chosen !== undefined
  const ask = (): void => {
    setTried(true)
    setBought(undefined)
    if (!isComplete) return
    const what = kind === 'amount' ? { amount } : { bundle_id: chosen?.id as string }
    preview.mutate({ ...what, ...(method !== undefined && { method_id: method }) })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <Stack gap={3}>
        <Choices
          label={words.buyWhat}
          value={kind}
          onChange={setKind}
          options={[
            { value: 'amount', label: words.anAmount },
            { value: 'bundle', label: words.aBundle },
          ]}
        />
        <Grid>
          {kind === 'amount' ? (
            <MoneyField
              label={words.amount}
              currency={currency}
              hint={words.amountHint}
              value={amount}
              error={tried && !isComplete ? words.amountWrong : undefined}
              onChange={(event) => setAmount(event.target.value.trim())}
            />
          ) : (
            <BundleChoice bundles={bundles} value={chosen?.id ?? ''} onChange={setBundle} />
          )}
          <Select
            label={words.card}
            value={method ?? ''}
            onChange={setCard}
            options={cards.map((own) => ({ value: own.method_id, label: cardName(own) }))}
          />
        </Grid>
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
          onBought={(own) => {
            setBought(own)
            setTried(false)
            setAmount('')
            preview.reset()
            void queries.invalidateQueries({ queryKey: accountKey(account) })
          }}
        />
      )}
    </form>
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
