import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { cardName } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Dialog, Loaded, Notice, Select, Stack } from '../../kit/index.ts'
import { cardsKey } from './data.ts'
import { paymentWords } from './words.ts'

type Hosted = Answer<'beginHostedSetup'>

interface AddCardProps {
  readonly account: string
  readonly onClose: () => void
}

/** On the processor's own page, so that a card's number never comes here; or a test card, where no money moves. */
export function AddCard({ account, onClose }: AddCardProps) {
  const words = useWords(paymentWords)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const query = useQuery({
    queryKey: ['hosted_setup', accountKey(account), idempotencyKey],
    queryFn: ({ signal }) => api.paymentMethods.beginHosted(account, { signal, idempotencyKey }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (query.data && query.data.url === null)
    return <TestCards account={account} cards={query.data.test_cards} onClose={onClose} />
  return (
    <Dialog
      title={words.addTitle}
      open
      onClose={onClose}
      actions={query.data && <ToProcessor hosted={query.data} />}
    >
      <Loaded query={query}>{() => <p>{words.addHosted}</p>}</Loaded>
    </Dialog>
  )
}

function ToProcessor({ hosted: { url } }: { readonly hosted: Hosted }) {
  const words = useWords(paymentWords)
  const go = (): void => {
    if (url !== null) location.assign(url)
  }
  return (
    <Button kind="primary" icon="external" onClick={go}>
      {words.toProcessor}
    </Button>
  )
}

/** Each stands for something that can happen to a card. */
function TestCards({
  account,
  cards,
  onClose,
}: AddCardProps & { readonly cards: Hosted['test_cards'] }) {
  const words = useWords(paymentWords)
  const queries = useQueryClient()
  const [chosen, setChosen] = useState(cards[0]?.method_ref ?? '')
  const add = useMutation({
    mutationFn: () => api.paymentMethods.add(account, { method_ref: chosen }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: cardsKey(account) })
      void queries.invalidateQueries({ queryKey: accountKey(account) })
      onClose()
    },
  })
  return (
    <Confirm
      open
      title={words.addTitle}
      confirm={words.saveCard}
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onConfirm={() => add.mutate()}
    >
      <Stack gap={3}>
        <Notice tone="info" title={words.testCardsLead} />
        <Select
          label={words.testCard}
          value={chosen}
          options={cards.map((card) => ({
            value: card.method_ref,
            label: `${cardName(card)} · ${card.country} · ${words.behaviours[card.behaviour]}`,
          }))}
          onChange={setChosen}
        />
      </Stack>
    </Confirm>
  )
}
