import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { cardName } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, Muted, Notice, ProblemNotice, Stack } from '../../kit/index.ts'

import { paymentWords } from './words.ts'

/** Saves the card of a person who comes back from the processor's page. Coming back twice saves it once. */
export function FinishCard({ account }: { readonly account: string }) {
  const words = useWords(paymentWords)
  const queries = useQueryClient()
  const [search, change] = useUrlState()
  const setup = textOf(search, 'setup')
  const finish = useMutation({
    mutationFn: (ref: string) => api.paymentMethods.finishHosted(account, ref),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: accountKey(account) })
      change({ setup: undefined }, { replace: true })
    },
  })
  const { mutate } = finish
  useEffect(() => {
    if (setup !== undefined) mutate(setup)
  }, [setup, mutate])
  if (finish.data) return <Notice tone="ok" title={words.cardSaved(cardName(finish.data))} alert />
  if (setup === undefined) return null
  if (!finish.error) return <Muted>{words.cardSaving}</Muted>
  return (
    <Stack gap={2}>
      <ProblemNotice error={finish.error} onRetry={() => mutate(setup)} />
      <div>
        <Button size="small" onClick={() => change({ setup: undefined }, { replace: true })}>
          {words.cardForget}
        </Button>
      </div>
    </Stack>
  )
}
