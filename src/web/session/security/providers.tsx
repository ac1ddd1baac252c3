import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Loaded, Muted, Panel, ProblemNotice, Stack } from '../../kit/index.ts'
import { useProvider } from '../sign-in/by-provider.tsx'
import { sessionWords } from '../words.ts'
import css from './security.module.css'

/** Single sign-on: connected or not. Absent where the operator has set up none. */
export function Providers() {
  const words = useWords(sessionWords)
  const queries = useQueryClient()
  const label = useQuery(sessionQuery).data?.sign_in.oidc?.label
  const identities = useQuery({
    queryKey: ['identities'],
    queryFn: ({ signal }) => api.session.identities({ signal }),
  })
  const connecting = useProvider({ connect: true, next: '/security' })
  const ending = useMutation({
    mutationFn: (id: string) => api.session.removeIdentity(id),
    onSuccess: () =>
      Promise.all(
        [['identities'], ['sign-ins']].map((queryKey) => queries.invalidateQueries({ queryKey })),
      ),
  })
  if (label === undefined) return null
  const connect = (
    <Button size="small" busy={connecting.isPending} onClick={() => connecting.mutate()}>
      {words.connect}
    </Button>
  )
  const error = connecting.error ?? ending.error
  return (
    <Panel title={label} actions={connect} asOf={identities.data}>
      {error && <ProblemNotice error={error} />}
      <Loaded query={identities}>
        {({ items }) => (
          <Stack gap={2}>
            {items.length === 0 && <Muted>{words.notConnected}</Muted>}
            {items.map(({ identity_id: id, shown }) => (
              <div key={id} className={css.account}>
                <span>{shown}</span>
                <Button size="small" busy={ending.isPending} onClick={() => ending.mutate(id)}>
                  {words.disconnect}
                  <span className="visually-hidden"> {shown}</span>
                </Button>
              </div>
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  )
}
