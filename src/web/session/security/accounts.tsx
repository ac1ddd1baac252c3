import { useMutation, useQuery } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Panel, ProblemNotice, Stack } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import css from './security.module.css'

/** The other accounts of the address that the person has shown to read. */
export function Accounts() {
  const words = useWords(sessionWords)
  const session = useQuery(sessionQuery).data?.session
  const changing = useMutation({
    mutationFn: (account: string) => api.session.changeAccount(account),
    onSuccess: () => location.assign('/home'),
  })
  const others = session?.accounts.filter(({ id }) => id !== session.account?.id) ?? []
  if (others.length === 0) return null
  return (
    <Panel title={words.accounts}>
      {changing.error && <ProblemNotice error={changing.error} />}
      <Stack gap={2}>
        {others.map(({ id, name }) => (
          <div key={id} className={css.account}>
            <span>{name}</span>
            <Button size="small" busy={changing.isPending} onClick={() => changing.mutate(id)}>
              {words.changeTo}
            </Button>
          </div>
        ))}
      </Stack>
    </Panel>
  )
}
