import type { AccountState } from '../../../client/index.ts'
import { formatNanos, readNanos, subtract, ZERO } from '../../../core/money/index.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Confirm,
  Meter,
  Muted,
  ResetTime,
  StateWord,
  Time,
  useMoneyText,
} from '../../kit/index.ts'
import { capLimit, capName } from '../../parts/cap-name.ts'
import { Card } from '../../parts/card.tsx'
import { useOrder } from '../../parts/use-order.ts'
import { AskMore } from './ask-more.tsx'
import { ChangeCap } from './cap-dialog.tsx'
import { limitWords } from './limit-words.ts'

export type Cap = AccountState['caps'][number]

interface CapProps {
  readonly cap: Cap
  readonly state: AccountState
}

const isEach = ({ scope_id }: Cap): boolean => scope_id === '*'
/** Caps whose counter belongs to one call, one session or one of many: no figure of their own. */
const hasCounter = (cap: Cap): boolean =>
  !isEach(cap) && cap.period !== 'call' && cap.period !== 'session'

export function CapCard({ cap, state }: CapProps) {
  const words = useWords(limitWords)
  const lang = useLang()
  const may = useMay()
  const name = capName(cap, lang)
  return (
    <Card
      title={name}
      mark={<strong>{capLimit(cap, state.currency, lang)}</strong>}
      actions={
        may('controls_write') ? (
          <>
            <ChangeCap cap={cap} state={state} />
            <RemoveCap cap={cap} state={state} />
          </>
        ) : (
          may('cap_request_create') && <AskMore cap={cap} state={state} />
        )
      }
    >
      {hasCounter(cap) ? (
        <Counter cap={cap} state={state} />
      ) : (
        <Muted>{scopeNote(cap, words)}</Muted>
      )}
      {readNanos(cap.amount) === ZERO && <StateWord tone="danger">{words.blocksAll}</StateWord>}
      <Raise cap={cap} state={state} />
      <Muted>{words.counts[cap.counts]}</Muted>
    </Card>
  )
}

const scopeNote = (cap: Cap, words: { ofEach: string; perCall: string; perSession: string }) =>
  isEach(cap) ? words.ofEach : cap.period === 'call' ? words.perCall : words.perSession

function Counter({ cap, state }: CapProps) {
  const words = useWords(limitWords)
  const lang = useLang()
  const over = subtract(readNanos(cap.spent), readNanos(cap.amount))
  return (
    <>
      <Meter
        label={words.spent(capName(cap, lang))}
        currency={state.currency}
        used={cap.spent}
        held={cap.held}
        total={cap.amount}
        {...(over > ZERO && { before: formatNanos(over) })}
      />
      {cap.resets_at ? <ResetTime at={cap.resets_at} /> : <Muted>{words.lifetime}</Muted>}
    </>
  )
}

function Raise({ cap, state }: CapProps) {
  const words = useWords(limitWords)
  const money = useMoneyText()
  if (cap.base_amount === undefined) return null
  const base = money(cap.base_amount, state.currency)
  if (!cap.raised_until) return <StateWord tone="accent">{words.raisedForever(base)}</StateWord>
  return (
    <StateWord tone="accent">
      {words.raised(base)} <Time at={cap.raised_until} />
    </StateWord>
  )
}

function RemoveCap({ cap, state }: CapProps) {
  const words = useWords(limitWords)
  const lang = useLang()
  const expected = { caps: [{ id: cap.id, amount: cap.base_amount ?? cap.amount }] }
  const order = useOrder(state.account_id, (id: string, sending) =>
    api.accounts.setControls(state.account_id, { remove_caps: [id], expected }, sending),
  )
  const name = capName(cap, lang)
  return (
    <>
      <Button size="small" onClick={order.open}>
        {words.remove}
        <span className="visually-hidden"> {name}</span>
      </Button>
      <Confirm
        title={words.removeTitle}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.removeDo}
        danger
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(cap.id)}
      >
        <p>{words.removeSays(name, capLimit(cap, state.currency, lang))}</p>
      </Confirm>
    </>
  )
}
