import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { cardName } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Chip,
  type Column,
  Confirm,
  Empty,
  Loaded,
  Panel,
  ProblemNotice,
  Row,
  Stack,
  Table,
  Time,
} from '../../kit/index.ts'
import { AddCard } from './add-card.tsx'
import { type Card, cardsKey, useCards } from './data.ts'
import { paymentWords } from './words.ts'

/** Saved cards: which is charged where none is named, and how to be rid of one. */
export function Cards({ account }: { readonly account: string }) {
  const words = useWords(paymentWords)
  const may = useMay()
  const query = useCards(account)
  const [adding, setAdding] = useState(false)
  const mayChange = may('money_write')
  return (
    <Panel
      title={words.cards}
      asOf={query.data}
      actions={
        mayChange && (
          <Button icon="plus" size="small" onClick={() => setAdding(true)}>
            {words.addCard}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) => <CardTable account={account} cards={items} mayChange={mayChange} />}
      </Loaded>
      {adding && <AddCard account={account} onClose={() => setAdding(false)} />}
    </Panel>
  )
}

interface CardTableProps {
  readonly account: string
  readonly cards: readonly Card[]
  readonly mayChange: boolean
}

function CardTable({ account, cards, mayChange }: CardTableProps) {
  const words = useWords(paymentWords)
  const queries = useQueryClient()
  const [removing, setRemoving] = useState<Card>()
  const choose = useMutation({
    mutationFn: (id: string) => api.paymentMethods.chooseDefault(account, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: accountKey(account) }),
  })
  const actions: Column<Card> = {
    id: 'actions',
    label: words.actions,
    cell: (own) => (
      <CardActions
        card={own}
        isDefault={own === cards[0]}
        busy={choose.isPending}
        onChoose={() => choose.mutate(own.method_id)}
        onRemove={() => setRemoving(own)}
      />
    ),
  }
  return (
    <Stack gap={3}>
      {choose.error && <ProblemNotice error={choose.error} />}
      <Table
        cards
        name={words.cards}
        rows={cards}
        rowKey={({ method_id: id }) => id}
        empty={<Empty title={words.noCards}>{words.noCardsWhy}</Empty>}
        columns={mayChange ? [...columnsOf(words, cards[0]), actions] : columnsOf(words, cards[0])}
      />
      {removing && (
        <RemoveCard account={account} card={removing} onClose={() => setRemoving(undefined)} />
      )}
    </Stack>
  )
}

const columnsOf = (words: (typeof paymentWords)['en'], first: Card | undefined): Column<Card>[] => [
  {
    id: 'card',
    label: words.card,
    cell: (own) => (
      <Row>
        {cardName(own)}
        {own === first && <Chip>{words.isDefault}</Chip>}
      </Row>
    ),
  },
  {
    id: 'expires',
    label: words.expiresEnd,
    cell: ({ exp_month: month, exp_year: year }) => `${String(month).padStart(2, '0')}/${year}`,
  },
  {
    id: 'saved',
    label: words.saved,
    priority: 2,
    cell: ({ created_at: at }) => <Time at={at} form="date" />,
  },
]

interface CardActionsProps {
  readonly card: Card
  readonly isDefault: boolean
  readonly busy: boolean
  readonly onChoose: () => void
  readonly onRemove: () => void
}

function CardActions({ card, isDefault, busy, onChoose, onRemove }: CardActionsProps) {
  const words = useWords(paymentWords)
  const name = cardName(card)
  return (
    <Row>
      {!isDefault && (
        <Button size="small" aria-label={words.makeDefaultOf(name)} busy={busy} onClick={onChoose}>
          {words.makeDefault}
        </Button>
      )}
      <Button size="small" aria-label={words.removeOf(name)} onClick={onRemove}>
        {words.remove}
      </Button>
    </Row>
  )
}

interface RemoveCardProps {
  readonly account: string
  readonly card: Card
  readonly onClose: () => void
}

function RemoveCard({ account, card, onClose }: RemoveCardProps) {
  const words = useWords(paymentWords)
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api.paymentMethods.remove(account, card.method_id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: cardsKey(account) })
      void queries.invalidateQueries({ queryKey: accountKey(account) })
      onClose()
    },
  })
  return (
    <Confirm
      open
      danger
      title={words.removeTitle(cardName(card))}
      confirm={words.removeConfirm}
      busy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      <p>{words.removeWhy}</p>
    </Confirm>
  )
}
