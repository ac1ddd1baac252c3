import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { cardName } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  ButtonLink,
  Facts,
  Grid,
  Loaded,
  Money,
  Muted,
  Panel,
  Row,
  Stack,
  StateWord,
  Table,
  Time,
} from '../../kit/index.ts'
import { IntoView } from '../../parts/into-view.tsx'
import { BankLink } from './bought.tsx'
import { PriceTable, Until } from './confirm-purchase.tsx'
import { type Purchase, useCards } from './data.ts'
import { STATUS_TONES } from './purchase-tones.ts'
import { RefundPurchase } from './refund.tsx'
import { paymentWords } from './words.ts'

interface PurchaseReceiptProps {
  readonly account: string
  readonly id: string
  readonly onClose: () => void
}

/** One purchase: what was paid, what it made, what went back of it. */
export function PurchaseReceipt({ account, id, onClose }: PurchaseReceiptProps) {
  const words = useWords(paymentWords)
  const query = useQuery({
    queryKey: accountKey(account, 'purchase', id),
    queryFn: ({ signal }) => api.purchases.get(account, id, { signal }),
    refetchInterval: ({ state }) => (isGoing(state.data) ? 2_000 : false),
  })
  return (
    <IntoView>
      <Panel
        title={words.receipt(id)}
        actions={
          <Button size="small" icon="cross" onClick={onClose}>
            {words.closeReceipt}
          </Button>
        }
      >
        <Loaded query={query}>{(own) => <Receipt account={account} own={own} />}</Loaded>
      </Panel>
    </IntoView>
  )
}

const isGoing = (own: Purchase | undefined): boolean =>
  own !== undefined && ['started', 'processing', 'charged', 'action_required'].includes(own.status)

function Receipt({ account, own }: { readonly account: string; readonly own: Purchase }) {
  const words = useWords(paymentWords)
  return (
    <Stack gap={4}>
      <Row>
        <StateWord tone={STATUS_TONES[own.status]}>{words.statuses[own.status]}</StateWord>
        <BankLink own={own} />
      </Row>
      <Grid gap={5}>
        <PriceTable own={own} />
        <PurchaseFacts account={account} own={own} />
      </Grid>
      {own.refunds.length > 0 && <Refunds own={own} />}
      <Actions account={account} own={own} />
      <Muted>{words.statementToo}</Muted>
    </Stack>
  )
}

function PurchaseFacts({ account, own }: { readonly account: string; readonly own: Purchase }) {
  const words = useWords(paymentWords)
  const cards = useCards(account)
  const card = cards.data?.items.find(({ method_id: id }) => id === own.method_id)
  return (
    <Facts
      rows={[
        [words.when, <Time key="when" at={own.created_at} />],
        [words.kind, words.kinds[own.kind]],
        ...(own.plan === null ? [] : [[words.plan, own.plan] as const]),
        ...(own.bundle === null ? [] : [[words.bundleOf, own.bundle.id] as const]),
        [words.credit, <Money key="face" amount={own.face} currency={own.currency} />],
        [words.card, card ? cardName(card) : <code key="card">{own.method_id}</code>],
        ...(own.lot === null
          ? []
          : [
              [
                words.expires,
                <Until key="expires" at={own.lot.expires_at} never={words.never} />,
              ] as const,
            ]),
        [
          words.withdrawal,
          <Until key="until" at={own.withdrawal_until} never={words.noWithdrawal} />,
        ],
        [words.boughtUnder, own.policy],
        ...(own.failure === null ? [] : [[words.failure, own.failure] as const]),
      ]}
    />
  )
}

function Refunds({ own }: { readonly own: Purchase }) {
  const words = useWords(paymentWords)
  return (
    <Table
      name={words.refunds}
      caption
      rows={own.refunds}
      rowKey={({ refund_id: id }) => id}
      columns={[
        { id: 'when', label: words.when, cell: ({ created_at: at }) => <Time at={at} /> },
        { id: 'state', label: words.status, cell: ({ phase }) => words.phases[phase] },
        {
          id: 'total',
          label: words.total,
          numeric: true,
          cell: ({ total }) => <Money amount={total} currency={own.currency} />,
        },
      ]}
    />
  )
}

function Actions({ account, own }: { readonly account: string; readonly own: Purchase }) {
  const words = useWords(paymentWords)
  const may = useMay()
  const [refunding, setRefunding] = useState(false)
  const isRefunded = own.refunds.some(({ phase }) => phase !== 'failed')
  const isCredit = own.status === 'credited' && own.lot_id !== null && !isRefunded
  return (
    <Row>
      {isCredit && may('money_write') && (
        <Button icon="refund" onClick={() => setRefunding(true)}>
          {words.refund}
        </Button>
      )}
      {may('cases_open') && (
        <ButtonLink
          to={`/a/${account}/disputes`}
          search={{ purchase: own.payment_id, open: '1' } as never}
          icon="dispute"
        >
          {words.dispute}
        </ButtonLink>
      )}
      {refunding && (
        <RefundPurchase account={account} own={own} onClose={() => setRefunding(false)} />
      )}
    </Row>
  )
}
