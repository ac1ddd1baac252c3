import { useState } from 'react'
import type { AccountState } from '../../../client/index.ts'
import { CONTROL_FIELDS } from '../../../contract/permissions.ts'
import { api } from '../../app/client.ts'
import { useSession } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Check, Confirm, Muted, Panel, TextField, useMoneyText } from '../../kit/index.ts'
import { useOrder } from '../../parts/use-order.ts'
import { limitWords } from './limit-words.ts'

interface Change {
  readonly paid_use: boolean
  readonly reason?: string
}

/** Changed only where it still is as it is shown. */
const useSwitching = (account: string) =>
  useOrder(account, (change: Change, sending) => {
    const expected = { paid_use: !change.paid_use }
    return api.accounts.setControls(account, { ...change, expected }, sending)
  })

/** The switch that charges nothing, and says so. */
export function PaidUse({ state }: { readonly state: AccountState }) {
  const words = useWords(limitWords)
  const money = useMoneyText()
  const session = useSession()
  const [reason, setReason] = useState('')
  const may = session != null && CONTROL_FIELDS.paid_use.includes(session.role)
  const order = useSwitching(state.account_id)
  const wanted = !state.paid_use
  const isStaff = session?.kind === 'staff'
  const { overage, currency } = state
  return (
    <Panel title={words.paidUse} asOf={state}>
      <Check
        as="switch"
        label={words.paidUseLabel}
        hint={may ? words.paidUseHint : `${words.paidUseHint} ${words.ownerOnly}`}
        checked={state.paid_use}
        disabled={!may}
        onChange={order.open}
      />
      {overage && (
        <Muted>
          {words.overage(money(overage.used, currency), money(overage.limit, currency))}
        </Muted>
      )}
      <Confirm
        title={wanted ? words.paidOnTitle : words.paidOffTitle}
        open={order.isOpen}
        onClose={order.close}
        confirm={wanted ? words.turnOn : words.turnOff}
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform({ paid_use: wanted, ...(reason !== '' && { reason }) })}
      >
        <p>{wanted ? words.paidOnSays : words.paidOffSays}</p>
        {isStaff && (
          <TextField
            label={words.reason}
            hint={words.reasonHint}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Confirm>
    </Panel>
  )
}
