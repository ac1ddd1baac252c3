import { useQuery } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { ButtonLink, Empty, Loaded, Money, Muted, Panel, Stack, Table } from '../../kit/index.ts'
import { planWords } from './words.ts'

interface BundlesProps {
  readonly account: string
  readonly currency: string
}

/** Credit that is sold in fixed pieces: what is paid, and what there is to spend for it. */
export function Bundles({ account, currency }: BundlesProps) {
  const words = useWords(planWords)
  const may = useMay()
  const bundles = useQuery({
    queryKey: ['bundles'],
    queryFn: ({ signal }) => api.purchases.bundles({ signal }),
  })
  const buy = (
    <ButtonLink to={`/a/${account}/payment`} size="small" icon="credit">
      {words.buy}
    </ButtonLink>
  )
  return (
    <Panel title={words.bundles} actions={may('money_write') ? buy : undefined}>
      <Stack gap={3}>
        <Muted>{words.bundlesLead}</Muted>
        <Loaded query={bundles}>
          {({ items }) => (
            <Table
              cards
              name={words.bundles}
              rows={items.filter((own) => own.currency === currency)}
              rowKey={({ id }) => id}
              empty={<Empty title={words.noBundles} />}
              columns={[
                { id: 'id', label: words.bundle, cell: ({ id }) => <code>{id}</code> },
                {
                  id: 'face',
                  label: words.credit,
                  numeric: true,
                  cell: ({ face }) => <Money amount={face} currency={currency} />,
                },
                {
                  id: 'price',
                  label: words.price,
                  numeric: true,
                  cell: ({ price }) => <Money amount={price} currency={currency} />,
                },
              ]}
            />
          )}
        </Loaded>
      </Stack>
    </Panel>
  )
}
