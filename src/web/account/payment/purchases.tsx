import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { choiceOf, type Search, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Choices,
  Empty,
  Loaded,
  Money,
  More,
  Panel,
  Stack,
  StateWord,
  Table,
  Time,
} from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import type { Purchase } from './data.ts'
import { STATUS_TONES } from './purchase-tones.ts'
import { PurchaseReceipt } from './receipt.tsx'
import { paymentWords } from './words.ts'

const KINDS = ['all', 'top_up', 'bundle', 'auto_reload', 'fee'] as const

/** Every purchase, the latest first; the receipt of one of them above. */
export function Purchases({ account }: { readonly account: string }) {
  const words = useWords(paymentWords)
  const [search, change] = useUrlState()
  const kind = choiceOf(search, 'kind', KINDS)
  const chosen = textOf(search, 'purchase')
  return (
    <>
      {chosen !== undefined && (
        <PurchaseReceipt
          key={chosen}
          account={account}
          id={chosen}
          onClose={() => change({ purchase: undefined })}
        />
      )}
      <Panel title={words.purchases}>
        <Stack gap={3}>
          <Choices
            label={words.kind}
            value={kind}
            onChange={(own) => change({ kind: own === 'all' ? undefined : own })}
            options={KINDS.map((own) => ({
              value: own,
              label: own === 'all' ? words.all : words.kinds[own],
            }))}
          />
          <OfKind
            account={account}
            kind={kind}
            onOpen={(own) => change({ purchase: own.payment_id })}
          />
        </Stack>
      </Panel>
    </>
  )
}

interface OfKindProps {
  readonly account: string
  readonly kind: (typeof KINDS)[number]
  readonly onOpen: (own: Purchase) => void
}

function OfKind({ account, kind, onOpen }: OfKindProps) {
  const words = useWords(paymentWords)
  const { query, items, more } = useGrowingList<Purchase>(
    accountKey(account, 'purchases', kind),
    (limit, signal) =>
      api.purchases.list(account, { limit, ...(kind !== 'all' && { kind }) }, { signal }),
  )
  const empty =
    kind === 'all' ? (
      <Empty title={words.noPurchases}>{words.noPurchasesWhy}</Empty>
    ) : (
      <Empty title={words.noneMatch} />
    )
  return (
    <>
      <Loaded query={query}>
        {() => <PurchaseTable items={items} empty={empty} onOpen={onOpen} />}
      </Loaded>
      <More query={more} />
    </>
  )
}

interface PurchaseTableProps {
  readonly items: readonly Purchase[]
  readonly empty: ReactNode
  readonly onOpen: (own: Purchase) => void
}

function PurchaseTable({ items, empty, onOpen }: PurchaseTableProps) {
  const words = useWords(paymentWords)
  return (
    <Table
      name={words.purchases}
      rows={items}
      rowKey={(own) => own.payment_id}
      onOpen={onOpen}
      empty={empty}
      columns={[
        { id: 'when', label: words.when, cell: (own) => <Time at={own.created_at} form="date" /> },
        {
          id: 'kind',
          label: words.kind,
          cell: (own) => (
            <Link
              to="."
              search={((before: Search) => ({ ...before, purchase: own.payment_id })) as never}
              resetScroll={false}
            >
              {words.kinds[own.kind]}
            </Link>
          ),
        },
        {
          id: 'status',
          label: words.status,
          cell: ({ status }) => (
            <StateWord tone={STATUS_TONES[status]}>{words.statuses[status]}</StateWord>
          ),
        },
        {
          id: 'credit',
          label: words.credit,
          numeric: true,
          priority: 2,
          cell: (own) => <Money amount={own.face} currency={own.currency} />,
        },
        {
          id: 'total',
          label: words.total,
          numeric: true,
          cell: (own) => <Money amount={own.total} currency={own.currency} />,
        },
      ]}
    />
  )
}
