import { useState } from 'react'
import type { AccountState } from '../../../client/index.ts'
import { readNanos } from '../../../core/money/index.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Check,
  Confirm,
  MoneyField,
  Notice,
  Select,
  Stack,
  TextField,
  useMoneyText,
} from '../../kit/index.ts'
import { isAmount, isZero } from '../../parts/amounts.ts'
import { capLimit, capName } from '../../parts/cap-name.ts'
import { useKeys, useMembers, useProjects } from '../../parts/team.ts'
import { useOrder } from '../../parts/use-order.ts'
import type { Cap } from './cap-card.tsx'
import { limitWords } from './limit-words.ts'
import { Overtaken, overtakenBy } from './overtaken.ts'
import { OvertakenNotice } from './overtaken-notice.tsx'

type Draft = Pick<Cap, 'scope' | 'scope_id' | 'period' | 'counts' | 'amount'> & {
  readonly id?: string
}

const NEW: Draft = {
  scope: 'account',
  scope_id: null,
  period: 'cycle',
  counts: 'paid',
  amount: '',
}

export function AddCap({ state }: { readonly state: AccountState }) {
  const words = useWords(limitWords)
  return <CapDialog state={state} label={words.add} title={words.addTitle} />
}

export function ChangeCap({ state, cap }: { readonly state: AccountState; readonly cap: Cap }) {
  const words = useWords(limitWords)
  const name = capName(cap, useLang())
  return <CapDialog state={state} cap={cap} label={words.change} title={words.changeTitle(name)} />
}

interface CapDialogProps {
  readonly state: AccountState
  readonly cap?: Cap
  readonly label: string
  readonly title: string
}

const draftOf = (cap: Cap | undefined): Draft =>
  cap === undefined
    ? NEW
    : {
        id: cap.id,
        scope: cap.scope,
        scope_id: cap.scope_id,
        period: cap.period,
        counts: cap.counts,
        amount: cap.base_amount ?? cap.amount,
      }

function CapDialog({ state, cap, label, title }: CapDialogProps) {
  const words = useWords(limitWords)
  const lang = useLang()
  const form = useCapForm(state, cap)
  const { draft, setDraft, order, faults, isTold } = form
  const limit = isAmount(draft.amount) ? capLimit(draft, state.currency, lang) : '…'
  const conflict = order.error instanceof Overtaken ? order.error : undefined
  return (
    <>
      <Button size="small" {...(!cap && { icon: 'plus' as const })} onClick={form.begin}>
        {label}
        {cap && <span className="visually-hidden"> {capName(cap, lang)}</span>}
      </Button>
      <Confirm
        title={title}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.save(limit)}
        busy={order.busy}
        error={conflict ? undefined : order.error}
        onConfirm={form.save}
      >
        <Stack>
          {!cap && (
            <Where {...{ state, draft, setDraft }} fault={isTold ? faults.which : undefined} />
          )}
          <MoneyField
            currency={state.currency}
            label={words.amount}
            value={draft.amount}
            error={isTold ? faults.amount : undefined}
            onChange={(event) => setDraft({ ...draft, amount: event.target.value.trim() })}
          />
          <Warnings {...{ draft, cap, state }} isSure={form.isSure} setSure={form.setSure} />
          {conflict && <Conflict {...{ conflict, limit, state }} />}
        </Stack>
      </Confirm>
    </>
  )
}

/** What is typed, what is wrong with it, and the order that it becomes. */
function useCapForm(state: AccountState, cap: Cap | undefined) {
  const words = useWords(limitWords)
  const [draft, setDraft] = useState(() => draftOf(cap))
  const [seen, setSeen] = useState(cap)
  const [isSure, setSure] = useState(false)
  const [isTold, setTold] = useState(false)
  const account = state.account_id
  const order = useOrder(account, async (wanted: Draft, sending) => {
    const change = { caps: [wanted], ...(wanted.id && expectedOf(wanted.id, seen)) }
    try {
      return await api.accounts.setControls(account, change, sending)
    } catch (error) {
      const overtaken = await overtakenBy(error, () => capNow(account, wanted.id))
      if (overtaken) setSeen(overtaken.theirs ?? undefined)
      throw overtaken ?? error
    }
  })
  const begin = (): void => {
    setDraft(draftOf(cap))
    setSeen(cap)
    setSure(false)
    setTold(false)
    order.open()
  }
  const faults = faultsIn(draft, words)
  const save = (): void => {
    setTold(true)
    const isRight = faults.amount === undefined && faults.which === undefined
    if (isRight && (isSure || !isZero(draft.amount))) order.perform(draft)
  }
  return { draft, setDraft, order, faults, isTold, isSure, setSure, begin, save }
}

/** What the person has seen of the cap: changed only where it still is so. */
const expectedOf = (id: string, seen: Cap | undefined) => ({
  expected: { caps: [{ id, amount: seen ? (seen.base_amount ?? seen.amount) : null }] },
})

async function capNow(account: string, id: string | undefined): Promise<Cap | null> {
  const { caps } = await api.accounts.state(account)
  return caps.find((own) => own.id === id) ?? null
}

function faultsIn(
  draft: Draft,
  words: { readonly amountWrong: string; readonly choose: string },
): { readonly amount?: string; readonly which?: string } {
  return {
    ...(!isAmount(draft.amount) && { amount: words.amountWrong }),
    ...(draft.scope !== 'account' && !draft.scope_id && { which: words.choose }),
  }
}

function Warnings({
  draft,
  cap,
  state,
  isSure,
  setSure,
}: {
  readonly draft: Draft
  readonly cap: Cap | undefined
  readonly state: AccountState
  readonly isSure: boolean
  readonly setSure: (sure: boolean) => void
}) {
  const words = useWords(limitWords)
  const money = useMoneyText()
  if (!isAmount(draft.amount)) return null
  if (isZero(draft.amount))
    return (
      <Notice tone="warn" title={words.zero}>
        <Check label={words.zeroSure} checked={isSure} onChange={setSure} />
      </Notice>
    )
  const isBelow = cap && readNanos(draft.amount) < readNanos(cap.spent)
  return isBelow ? (
    <Notice tone="warn" title={words.below(money(cap.spent, state.currency))} />
  ) : null
}

function Conflict({
  conflict,
  limit,
  state,
}: {
  readonly conflict: Overtaken<Cap | null>
  readonly limit: string
  readonly state: AccountState
}) {
  const words = useWords(limitWords)
  const lang = useLang()
  const { theirs } = conflict
  return (
    <OvertakenNotice
      overtaken={conflict}
      theirs={theirs ? capLimit(theirs, state.currency, lang) : words.conflictGone}
      yours={limit}
    />
  )
}

const SCOPES = ['account', 'member', 'key', 'project', 'model'] as const
const PERIODS = ['call', 'session', 'day', 'week', 'cycle', 'lifetime'] as const
const COUNTS = ['paid', 'money', 'all'] as const

interface WhereProps {
  readonly state: AccountState
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
  readonly fault: string | undefined
}

function Where({ state, draft, setDraft, fault }: WhereProps) {
  const words = useWords(limitWords)
  return (
    <>
      <Select
        label={words.scope}
        value={draft.scope}
        options={SCOPES.map((value) => ({ value, label: words.scopes[value] }))}
        onChange={(scope) => setDraft({ ...draft, scope: scope as Draft['scope'], scope_id: null })}
      />
      <Which {...{ state, draft, setDraft, fault }} />
      <Select
        label={words.period}
        value={draft.period}
        options={PERIODS.map((value) => ({ value, label: words.periods[value] }))}
        onChange={(period) => setDraft({ ...draft, period: period as Draft['period'] })}
      />
      <Select
        label={words.countsLabel}
        value={draft.counts}
        options={COUNTS.map((value) => ({ value, label: words.counts[value] }))}
        onChange={(counts) => setDraft({ ...draft, counts: counts as Draft['counts'] })}
      />
    </>
  )
}

function Which({ state, draft, setDraft, fault }: WhereProps) {
  const words = useWords(limitWords)
  const account = state.account_id
  const members = useMembers(account).data?.items ?? []
  const keys = useKeys(account).data?.items ?? []
  const projects = useProjects(account).data?.items ?? []
  const { scope, scope_id: id } = draft
  if (scope === 'account') return null
  if (scope === 'model')
    return (
      <TextField
        label={words.model}
        hint={words.modelHint}
        value={id ?? ''}
        error={fault}
        onChange={(event) => setDraft({ ...draft, scope_id: event.target.value.trim() })}
      />
    )
  const named = {
    member: members.map(({ member_id: value, name: label }) => ({ value, label })),
    key: keys
      .filter(({ revoked_at }) => revoked_at === null)
      .map(({ key_id: value, name: label }) => ({ value, label })),
    project: projects.map(({ project_id: value, name: label }) => ({ value, label })),
  }[scope]
  return (
    <Select
      label={words.which}
      value={id ?? ''}
      error={fault}
      options={[
        { value: '', label: words.choose },
        { value: '*', label: words.each[scope] },
        ...named,
      ]}
      onChange={(value) => setDraft({ ...draft, scope_id: value === '' ? null : value })}
    />
  )
}
