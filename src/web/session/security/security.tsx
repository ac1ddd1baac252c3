import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../../app/client.ts'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Loaded,
  Notice,
  PageHead,
  Panel,
  ProblemNotice,
  Stack,
  StateWord,
  Table,
  TextField,
  Time,
} from '../../kit/index.ts'
import { shellWords } from '../../words/shell.ts'
import { sessionWords } from '../words.ts'
import css from './security.module.css'

/** How do I sign in, and where am I signed in? */
export default function Security() {
  const words = useWords(sessionWords)
  const shell = useWords(shellWords)
  return (
    <main id="content" className={css.page}>
      <p>
        <Link to="/home">{shell.home}</Link>
      </p>
      <PageHead title={words.security} lead={words.securityLead} />
      <Stack gap={4}>
        <Password />
        <Sessions />
        <Accounts />
      </Stack>
    </main>
  )
}

function Password() {
  const words = useWords(sessionWords)
  const session = useQuery(sessionQuery)
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const setting = useMutation({
    mutationFn: () => api.session.setPassword(password),
    onSuccess: async (answer) => {
      setPassword('')
      queries.setQueryData(sessionQuery.queryKey, answer)
      await queries.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setting.mutate()
  }
  const has = session.data?.session?.has_password ?? false
  return (
    <Panel title={words.passwordPanel}>
      <p>{has ? words.hasPassword : words.noPassword}</p>
      <form className={css.form} onSubmit={submit}>
        <TextField
          label={words.newPassword}
          hint={words.passwordHint}
          type="password"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={128}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" kind="primary" busy={setting.isPending}>
          {words.setPassword}
        </Button>
      </form>
      {setting.isSuccess && <Notice tone="ok" title={words.passwordSet} alert />}
      {setting.error && <ProblemNotice error={setting.error} />}
    </Panel>
  )
}

function Sessions() {
  const words = useWords(sessionWords)
  const queries = useQueryClient()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => api.session.list({ signal }),
  })
  const ending = useMutation({
    mutationFn: (id: string) => api.session.endOther(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  const endOthers = (
    <Button size="small" busy={ending.isPending} onClick={() => ending.mutate('others')}>
      {words.endOthers}
    </Button>
  )
  return (
    <Panel title={words.sessions} actions={endOthers} asOf={sessions.data}>
      {ending.error && <ProblemNotice error={ending.error} />}
      <Loaded query={sessions}>
        {({ items }) => (
          <Table
            name={words.sessions}
            rows={items}
            rowKey={({ session_id }) => session_id}
            columns={[
              { id: 'device', label: words.device, cell: ({ user_agent }) => user_agent },
              {
                id: 'since',
                label: words.since,
                priority: 1,
                cell: (own) => <Time at={own.created_at} />,
              },
              { id: 'used', label: words.used, cell: (own) => <Time at={own.used_at} /> },
              {
                id: 'until',
                label: words.until,
                priority: 2,
                cell: (own) => <Time at={own.expires_at} />,
              },
              {
                id: 'end',
                label: words.end,
                cell: ({ session_id, current }) =>
                  current ? (
                    <StateWord tone="ok">{words.thisOne}</StateWord>
                  ) : (
                    <Button size="small" onClick={() => ending.mutate(session_id)}>
                      {words.end}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}

function Accounts() {
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
              {words.change}
            </Button>
          </div>
        ))}
      </Stack>
    </Panel>
  )
}
