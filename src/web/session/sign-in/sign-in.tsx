import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Notice, PageHead, ProblemNotice, TextField } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import css from './frame.module.css'
import { Alone } from './frame.tsx'
import { tokenOfAddress, useSignIn, withLink, withPassword } from './use-sign-in.ts'

/** How do I get in? By a link, by e-mail, or with a password. */
export default function SignIn() {
  const words = useWords(sessionWords)
  const sendsMail = useQuery(sessionQuery).data?.sign_in.email ?? false
  const link = useSignIn(withLink)
  const { mutate } = link
  useEffect(() => {
    const token = tokenOfAddress()
    if (token !== null) mutate(token)
  }, [mutate])
  return (
    <Alone>
      <PageHead title={words.signIn} lead={link.isPending ? words.linkOpening : words.lead} />
      {link.error && (
        <>
          <Notice tone="warn" title={words.linkFailed}>
            {words.linkAgain}
          </Notice>
          <ProblemNotice error={link.error} />
        </>
      )}
      {sendsMail ? <ByEmail /> : <Notice tone="info" title={words.noEmail} />}
      <ByPassword />
    </Alone>
  )
}

function ByEmail() {
  const words = useWords(sessionWords)
  const lang = useLang()
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
      <Button type="submit" kind="primary" busy={asking.isPending}>
        {words.sendLink}
      </Button>
      {asking.isSuccess && <Notice tone="ok" title={words.linkSent} alert />}
      {asking.error && <ProblemNotice error={asking.error} />}
    </form>
  )
}

function ByPassword() {
  const words = useWords(sessionWords)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const entering = useSignIn(withPassword)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    entering.mutate({ name, password })
  }
  return (
    <form className={css.form} onSubmit={submit} aria-label={words.byPassword}>
      <h2>{words.byPassword}</h2>
      <TextField
        label={words.name}
        autoComplete="username"
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
      <Button type="submit" busy={entering.isPending}>
        {words.enter}
      </Button>
      {entering.error && <ProblemNotice error={entering.error} />}
    </form>
  )
}
