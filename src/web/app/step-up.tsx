import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button, Dialog, Notice, ProblemNotice, TextField } from '../kit/index.ts'
import { sessionWords } from '../session/words.ts'
import { api, interceptWith } from './client.ts'
import { sessionQuery, useSession } from './session.ts'
import { useWords } from './words.ts'

/**
 * Where the server wants to see once more who somebody is: asks, and then sends the very same request
 * again, with the same idempotency key. Closed without an answer, the refusal stands.
 */
export function StepUp() {
  const words = useWords(sessionWords)
  const queries = useQueryClient()
  const session = useSession()
  const [open, setOpen] = useState(false)
  const [password, setPassword] = useState('')
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({
    busy: false,
    error: null,
  })
  const answered = useRef<(isShown: boolean) => void>(() => {})
  useEffect(
    () =>
      interceptWith(async (again, response) => {
        if (!(await wantsStepUp(response))) return response
        setPassword('')
        setState({ busy: false, error: null })
        setOpen(true)
        const isShown = await new Promise<boolean>((resolve) => {
          answered.current = resolve
        })
        setOpen(false)
        return isShown ? again() : response
      }),
    [],
  )
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setState({ busy: true, error: null })
    try {
      queries.setQueryData(sessionQuery.queryKey, await api.session.stepUp(password))
      answered.current(true)
    } catch (error) {
      setState({ busy: false, error })
    }
  }
  return (
    <Dialog title={words.stepUp} open={open} onClose={() => answered.current(false)}>
      {session?.has_password ? (
        <form onSubmit={(event) => void submit(event)}>
          <p>{words.stepUpWhy}</p>
          <TextField
            label={words.password}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          {state.error !== null && <ProblemNotice error={state.error} />}
          <p>
            <Button type="submit" kind="primary" busy={state.busy}>
              {words.confirm}
            </Button>
          </p>
        </form>
      ) : (
        <Notice tone="warn" title={words.stepUpNoPassword} />
      )}
    </Dialog>
  )
}

async function wantsStepUp(response: Response): Promise<boolean> {
  if (response.status !== 403) return false
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  return typeof body === 'object' && body !== null && 'code' in body
    ? body.code === 'step_up_required'
    : false
}
