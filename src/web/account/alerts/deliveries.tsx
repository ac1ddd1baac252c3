import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { take } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Loaded, Muted, Notice, ProblemNotice, Select, Stack } from '../../kit/index.ts'
import { wordFor } from '../../parts/facts.ts'
import { AttemptTable } from './attempt-table.tsx'
import { type Told, useEndpoints } from './data.ts'
import { alertWords } from './words.ts'

const ATTEMPTS_MAX = 200

/** Every attempt to deliver one alert, and one more where it is asked for. */
export function Deliveries({ account, told }: { readonly account: string; readonly told: Told }) {
  const words = useWords(alertWords)
  const { notification_id } = told
  const query = useQuery({
    queryKey: accountKey(account, 'deliveries', notification_id),
    queryFn: ({ signal }) =>
      take(api.alerts.deliveries(account, { notification_id }, { signal }), ATTEMPTS_MAX),
  })
  return (
    <Stack gap={3}>
      <Loaded query={query}>
        {(items) => (
          <AttemptTable
            account={account}
            items={items}
            empty={<Muted>{words.notSent}</Muted>}
            isOfOne
          />
        )}
      </Loaded>
      {useMay()('alerts_write') && <Again account={account} notification={notification_id} />}
    </Stack>
  )
}

/** Under the same id, so that whoever receives it twice can tell. */
function Again({
  account,
  notification,
}: {
  readonly account: string
  readonly notification: string
}) {
  const words = useWords(alertWords)
  const queries = useQueryClient()
  const places = useEndpoints(account).data?.items ?? []
  const [chosen, setChosen] = useState('')
  const endpoint_id = chosen || (places[0]?.endpoint_id ?? '')
  const send = useMutation({
    mutationFn: () => api.alerts.redeliver(account, notification, { endpoint_id }),
    onSettled: () => queries.invalidateQueries({ queryKey: accountKey(account) }),
  })
  if (places.length === 0) return null
  return (
    <Stack gap={2}>
      <Select
        label={words.againTo}
        value={endpoint_id}
        options={places.map(({ endpoint_id: value, name: label }) => ({ value, label }))}
        onChange={setChosen}
      />
      <div>
        <Button size="small" busy={send.isPending} onClick={() => send.mutate()}>
          {words.again}
        </Button>
      </div>
      {send.error && <ProblemNotice error={send.error} />}
      {send.data && (
        <Notice
          tone={send.data.outcome === 'delivered' ? 'ok' : 'warn'}
          title={words.againDone(wordFor(words.outcomes, send.data.outcome))}
          alert
        />
      )}
    </Stack>
  )
}
