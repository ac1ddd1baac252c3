import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../app/client.ts'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Notice, Panel, ProblemNotice, TextField } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import css from './security.module.css'

export function Password() {
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
