import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { take } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Loaded, Money, Muted, Panel, StateWord, Table, Time } from '../../kit/index.ts'
import { STATUS_TONES } from '../payment/purchase-tones.ts'
import { paymentWords } from '../payment/words.ts'
import { reloadWords } from './reload-words.ts'

const SHOWN = 5

/** What auto-reload has charged lately, each with its receipt. */
export function LastReloads({ account }: { readonly account: string }) {
  const words = useWords(reloadWords)
  const { statuses } = useWords(paymentWords)
  const query = useQuery({
    queryKey: accountKey(account, 'purchases', 'auto_reload', SHOWN),
    queryFn: ({ signal }) =>
      take(api.purchases.list(account, { kind: 'auto_reload', limit: SHOWN }, { signal }), SHOWN),
  })
  return (
    <Panel title={words.charges}>
      <Loaded query={query}>
        {(items) => (
          <Table
            cards
            name={words.charges}
            rows={items}
            rowKey={({ payment_id: id }) => id}
            empty={<Muted>{words.noCharges}</Muted>}
            columns={[
              { id: 'when', label: words.simWhen, cell: ({ created_at: at }) => <Time at={at} /> },
              {
                id: 'state',
                label: words.state,
                cell: ({ status }) => (
                  <StateWord tone={STATUS_TONES[status]}>{statuses[status]}</StateWord>
                ),
              },
              {
                id: 'total',
                label: words.simAmount,
                numeric: true,
                cell: ({ payment_id: purchase, total, currency }) => (
                  <Link to={`/a/${account}/payment`} search={{ purchase } as never}>
                    <Money amount={total} currency={currency} />
                  </Link>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
