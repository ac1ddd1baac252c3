import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button, Dialog, Notice, TextField } from '../kit/index.ts'
import { showPasskey } from '../session/passkey.ts'
import { PasskeyError } from '../session/sign-in/by-passkey.tsx'
import { useProvider } from '../session/sign-in/by-provider.tsx'
import { sessionWords } from '../session/words.ts'
import { BackLink } from './brand.tsx'
import { api } from './client.ts'
import { sessionQuery } from './session.ts'
import { useStepUp } from './use-step-up.ts'
import { useWords } from './words.ts'

/**
 * Where the server wants to see once more who somebody is: asks, and then sends the very same request
 * again, with the same idempotency key. Closed without an answer, the refusal stands.
 */
export function StepUp() {
  const words = useWords(sessionWords)
  const { open, answer } = useStepUp()
  return (
    <Dialog title={words.stepUp} open={open} onClose={() => answer(false)}>
      <Shown onShown={() => answer(true)} />
    </Dialog>
  )
}

interface ShownProps {
  readonly onShown: () => void
}

/** By whatever the person has: a passkey, a password, or neither. */
function Shown({ onShown }: ShownProps) {
  const words = useWords(sessionWords)
  const { session, sign_in: ways } = useQuery(sessionQuery).data ?? {}
  const hasPasskey = (session?.has_passkey ?? false) && (ways?.passkey ?? false)
  const hasPassword = session?.has_password ?? false
  const provider = session?.kind === 'portal' ? undefined : ways?.oidc?.label
  if (!hasPasskey && !hasPassword && !provider)
    return session?.kind === 'portal' ? (
      <Notice tone="warn" title={words.stepUpPortal} actions={<BackLink />} />
    ) : (
      <Notice tone="warn" title={words.stepUpNoPassword} />
    )
  return (
    <>
      <p>{words.stepUpWhy}</p>
      {hasPasskey && <ByPasskey onShown={onShown} />}
      {hasPassword && <ByPassword onShown={onShown} />}
      {provider && <ByProvider label={provider} />}
    </>
  )
}

function useShowing(show: () => ReturnType<typeof api.session.read>, onShown: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: show,
    onSuccess: (answer) => {
      queries.setQueryData(sessionQuery.queryKey, answer)
      onShown()
    },
  })
}

function ByPasskey({ onShown }: ShownProps) {
  const words = useWords(sessionWords)
  const showing = useShowing(
    async () => api.session.stepUpWithPasskey(await showPasskey('step_up')),
    onShown,
  )
  return (
    <div>
      <p>
        <Button kind="primary" busy={showing.isPending} onClick={() => showing.mutate()}>
          {words.confirmWithPasskey}
        </Button>
      </p>
      {showing.error && <PasskeyError error={showing.error} />}
    </div>
  )
}

/** Leaves the page: what was asked for is not done by itself afterwards. */
function ByProvider({ label }: { readonly label: string }) {
  const words = useWords(sessionWords)
  const leaving = useProvider({ again: true, next: location.pathname + location.search })
  return (
    <div>
      <p>{words.confirmWithProvider(label)}</p>
      <p>
        <Button busy={leaving.isPending} onClick={() => leaving.mutate()}>
          {words.withProvider(label)}
        </Button>
      </p>
      {leaving.error && <PasskeyError error={leaving.error} />}
    </div>
  )
}

function ByPassword({ onShown }: ShownProps) {
  const words = useWords(sessionWords)
  const [password, setPassword] = useState('')
  const showing = useShowing(() => api.session.stepUp(password), onShown)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    showing.mutate()
  }
  return (
    <form onSubmit={submit}>
      <TextField
        label={words.password}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {showing.error && <PasskeyError error={showing.error} />}
      <p>
        <Button type="submit" busy={showing.isPending}>
          {words.confirm}
        </Button>
      </p>
    </form>
  )
}
