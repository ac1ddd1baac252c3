import { useMutation } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, ProblemNotice } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import css from './frame.module.css'
import { wanted } from './use-sign-in.ts'

interface Asking {
  readonly connect?: boolean
  readonly again?: boolean
  readonly next?: string
}

/** Leaves for the provider; what comes back is taken by the page `/sign-in/oidc`. */
export function useProvider(asking: Asking) {
  return useMutation({
    mutationFn: () => api.session.askProvider({ connect: false, ...asking }),
    onSuccess: ({ url }) => location.assign(url),
  })
}

export function ByProvider({ label }: { readonly label: string }) {
  const words = useWords(sessionWords)
  const next = wanted()
  const leaving = useProvider(next === null ? {} : { next })
  return (
    <div className={css.form}>
      <Button kind="primary" busy={leaving.isPending} onClick={() => leaving.mutate()}>
        {words.withProvider(label)}
      </Button>
      {leaving.error && <ProblemNotice error={leaving.error} />}
    </div>
  )
}
