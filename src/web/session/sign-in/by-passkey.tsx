import { useEffect, useState } from 'react'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Notice, ProblemNotice } from '../../kit/index.ts'
import { answerWith, endQuestion, offersInField, showPasskey, wasGivenUp } from '../passkey.ts'
import { sessionWords } from '../words.ts'
import css from './frame.module.css'
import { useSignIn, withPasskey } from './use-sign-in.ts'

const byButton = async () => withPasskey(await showPasskey('sign_in'))

/** One press, and the device does the rest. Where browsers can, the field of the name offers it as well. */
export function ByPasskey() {
  const words = useWords(sessionWords)
  const entering = useSignIn(byButton)
  const { mutate: enterFromField } = useSignIn(withPasskey)
  const [refusal, setRefusal] = useState<unknown>(null)
  useEffect(() => {
    let isGone = false
    const wait = async () => {
      if (!(await offersInField())) return
      const { options } = await api.passkeys.ask('sign_in')
      if (isGone) return
      const credential = await answerWith(options, true)
      if (!isGone) enterFromField(credential, { onError: setRefusal })
    }
    // Nobody has asked for it: what goes wrong before a passkey is shown is not told.
    wait().catch(() => {})
    return () => {
      isGone = true
      void endQuestion()
    }
  }, [enterFromField])
  const error = entering.error ?? refusal
  return (
    <div className={css.form}>
      <Button kind="primary" busy={entering.isPending} onClick={() => entering.mutate(undefined)}>
        {words.withPasskey}
      </Button>
      {error !== null && <PasskeyError error={error} />}
    </div>
  )
}

/** What a browser says in its own tongue is said in ours; what the server says stays. */
export function PasskeyError({ error }: { readonly error: unknown }) {
  const words = useWords(sessionWords)
  if (wasGivenUp(error)) return <Notice tone="warn" title={words.passkeyGivenUp} alert />
  if (error instanceof Error && error.name === 'InvalidStateError')
    return <Notice tone="warn" title={words.passkeyKnown} alert />
  return <ProblemNotice error={error} />
}
