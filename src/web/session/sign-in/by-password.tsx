import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Notice, TextField } from '../../kit/index.ts'
import { answerWith } from '../passkey.ts'
import { sessionWords } from '../words.ts'
import { PasskeyError } from './by-passkey.tsx'
import css from './frame.module.css'
import { useSignIn, withPasskey } from './use-sign-in.ts'

/**
 * With a password; who has to is then asked for a passkey, in the same place. `isOnly`: there is no other way
 * in, so its button is what the page is for.
 */
export function ByPassword({ isOnly }: { readonly isOnly: boolean }) {
  const words = useWords(sessionWords)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [wantsPasskey, setWantsPasskey] = useState(false)
  const entering = useSignIn(async () => {
    setWantsPasskey(false)
    const answer = await api.session.withPassword({ name, password })
    if (answer.second_factor === undefined) return answer
    setWantsPasskey(true)
    return withPasskey(await answerWith(answer.second_factor.options))
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    entering.mutate(undefined)
  }
  return (
    <form className={css.form} onSubmit={submit} aria-label={words.byPassword}>
      <h2>{words.byPassword}</h2>
      <TextField
        label={words.name}
        autoComplete="username webauthn"
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={words.password}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" busy={entering.isPending} kind={isOnly ? 'primary' : 'plain'}>
        {words.enter}
      </Button>
      {wantsPasskey && entering.isPending && (
        <Notice tone="info" title={words.secondFactor} alert />
      )}
      {entering.error && <PasskeyError error={entering.error} />}
    </form>
  )
}

export function ByEmail({ lang }: { readonly lang: 'en' | 'ja' }) {
  const words = useWords(sessionWords)
  const [email, setEmail] = useState('')
  const asking = useMutation({ mutationFn: () => api.session.requestLink({ email, lang }) })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    asking.mutate()
  }
  return (
    <form className={css.form} onSubmit={submit} aria-label={words.byEmail}>
      <TextField
        label={words.email}
        type="email"
        autoComplete="email"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Button type="submit" busy={asking.isPending}>
        {words.sendLink}
      </Button>
      {asking.isSuccess && <Notice tone="ok" title={words.linkSent} alert />}
      {asking.error && <PasskeyError error={asking.error} />}
    </form>
  )
}
