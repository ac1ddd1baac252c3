import { useQuery } from '@tanstack/react-query'
import { cardName } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Disclosure, Empty, Loaded, Table, Time } from '../../kit/index.ts'

import { paymentWords } from './words.ts'

/** Who did what to cards, and when. */
export function CardHistory({ account }: { readonly account: string }) {
  const words = useWords(paymentWords)
  const query = useQuery({
    queryKey: accountKey(account, 'card_history'),
    queryFn: ({ signal }) => api.paymentMethods.history(account, { signal }),
  })
  return (
    <Disclosure title={words.history}>
      <Loaded query={query}>
        {({ items }) => (
          <Table
            name={words.history}
            rows={items}
            rowKey={(own) => `${own.at} ${own.method_id} ${own.change}`}
            empty={<Empty title={words.noHistory} />}
            columns={[
              { id: 'when', label: words.when, cell: ({ at }) => <Time at={at} /> },
              { id: 'card', label: words.card, cell: cardName },
              { id: 'change', label: words.change, cell: ({ change }) => words.changes[change] },
              { id: 'by', label: words.by, priority: 2, cell: ({ actor }) => actor.id },
            ]}
          />
        )}
      </Loaded>
    </Disclosure>
  )
}
