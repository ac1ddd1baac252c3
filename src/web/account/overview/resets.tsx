import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountState } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Muted, Time } from '../../kit/index.ts'
import { useNames } from '../../parts/names.ts'
import { Group } from './group.tsx'
import { overviewWords } from './words.ts'

type Reset = NonNullable<AccountState['resets']>[number]

/** Resets that are banked: each makes one window begin anew, once. */
export function Resets({ state }: { readonly state: AccountState }) {
  const words = useWords(overviewWords)
  const may = useMay()
  const names = useNames()
  const [asked, setAsked] = useState<{ readonly reset: Reset; readonly window: string } | null>(
    null,
  )
  const windowsOf = ({ window_id }: Reset): readonly string[] =>
    window_id === null ? state.windows.map(({ id }) => id) : [window_id]
  return (
    <>
      <Group title={words.resets} items={state.resets ?? []} keyOf={({ id }) => id}>
        {(reset) => (
          <>
            {reset.name}{' '}
            <Muted>
              {words.expires}: <Time at={reset.expires_at} />
            </Muted>{' '}
            {may('offers_take') &&
              windowsOf(reset).map((window) => (
                <Button key={window} size="small" onClick={() => setAsked({ reset, window })}>
                  {words.resetUse(names.window(window))}
                </Button>
              ))}
          </>
        )}
      </Group>
      {asked && <UseReset account={state.account_id} {...asked} onClose={() => setAsked(null)} />}
    </>
  )
}

function UseReset({
  account,
  reset,
  window,
  onClose,
}: {
  readonly account: string
  readonly reset: Reset
  readonly window: string
  readonly onClose: () => void
}) {
  const words = useWords(overviewWords)
  const names = useNames()
  const use = useMutation({
    mutationFn: () => api.subscriptions.redeemReset(account, reset.id, { window_id: window }),
    onSuccess: onClose,
  })
  return (
    <Confirm
      open
      title={words.resetTitle}
      confirm={words.resetConfirm}
      busy={use.isPending}
      error={use.error}
      onClose={onClose}
      onConfirm={() => use.mutate()}
    >
      <p>{words.resetAsk(reset.name, names.window(window))}</p>
    </Confirm>
  )
}
