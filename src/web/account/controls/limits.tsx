import type { AccountState } from '../../../client/index.ts'
import { useAccountState } from '../../app/account.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Empty, Loaded, Panel, Stack } from '../../kit/index.ts'
import { Cards } from '../../parts/card.tsx'
import { CapCard } from './cap-card.tsx'
import { AddCap } from './cap-dialog.tsx'
import { CapRequests } from './cap-requests.tsx'
import { CapChain } from './chain.tsx'
import { limitWords } from './limit-words.ts'
import { PaidUse } from './paid-use.tsx'

/** Paid use, every cap, what binds whom, and who asks for more. */
export function Limits({ account }: { readonly account: string }) {
  const state = useAccountState(account)
  const seesRequests = useMay()('cap_request_read')
  return (
    <Stack gap={5}>
      <Loaded query={state}>
        {(known) => (
          <>
            <PaidUse state={known} />
            <Caps state={known} />
            <CapChain state={known} />
          </>
        )}
      </Loaded>
      {seesRequests && <CapRequests account={account} />}
    </Stack>
  )
}

function Caps({ state }: { readonly state: AccountState }) {
  const words = useWords(limitWords)
  const mayChange = useMay()('controls_write')
  return (
    <Panel title={words.caps} asOf={state} actions={mayChange && <AddCap state={state} />}>
      <Stack gap={4}>
        <p>{words.hard}</p>
        {state.caps.length === 0 ? (
          <Empty title={words.noCaps}>
            <p>{words.noCapsWhy}</p>
          </Empty>
        ) : (
          <Cards name={words.caps}>
            {state.caps.map((cap) => (
              <CapCard key={cap.id} cap={cap} state={state} />
            ))}
          </Cards>
        )}
      </Stack>
    </Panel>
  )
}
