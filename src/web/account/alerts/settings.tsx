import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Body } from '../../../client/index.ts'
import { accountKey, useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Grid,
  Loaded,
  MoneyField,
  Muted,
  Notice,
  Panel,
  ProblemNotice,
  Stack,
  TextField,
} from '../../kit/index.ts'
import type { Settings } from './data.ts'
import { KindChecks } from './kind-checks.tsx'
import { changeOf, type Draft, draftOf, type Field } from './settings-draft.ts'
import { alertWords } from './words.ts'

/** Which alerts there are, and at which figures. */
export function AlertSettings({ account }: { readonly account: string }) {
  const words = useWords(alertWords)
  const query = useQuery({
    queryKey: accountKey(account, 'alert_settings'),
    queryFn: ({ signal }) => api.alerts.settings(account, { signal }),
  })
  return (
    <Panel title={words.settings} asOf={query.data}>
      <Muted>{words.settingsLead}</Muted>
      <Loaded query={query}>{(own) => <Form account={account} settings={own} />}</Loaded>
    </Panel>
  )
}

function Form({ account, settings }: { readonly account: string; readonly settings: Settings }) {
  const words = useWords(alertWords)
  const queries = useQueryClient()
  const mayWrite = useMay()('alerts_write')
  const currency = useAccountState(account).data?.currency ?? ''
  const [draft, setDraft] = useState(() => draftOf(settings))
  const [wrong, setWrong] = useState<readonly Field[]>([])
  const save = useMutation({
    mutationFn: (change: Body<'setAlertSettings'>) => api.alerts.set(account, change),
    onSuccess: () => queries.invalidateQueries({ queryKey: accountKey(account) }),
  })
  const submit = (): void => {
    const read = changeOf(draft)
    setWrong('wrong' in read ? read.wrong : [])
    if ('change' in read) save.mutate(read.change)
  }
  const change = (own: Draft): void => {
    save.reset()
    setDraft(own)
  }
  return (
    <Stack gap={4}>
      <KindChecks
        chosen={draft.told}
        disabled={!mayWrite}
        onChange={(told) => change({ ...draft, told })}
      />
      <Figures {...{ draft, wrong, currency }} disabled={!mayWrite} onChange={change} />
      {mayWrite && (
        <div>
          <Button kind="primary" busy={save.isPending} onClick={submit}>
            {words.save}
          </Button>
        </div>
      )}
      {save.error && <ProblemNotice error={save.error} />}
      {save.isSuccess && <Notice tone="ok" title={words.saved} alert />}
    </Stack>
  )
}

interface FiguresProps {
  readonly draft: Draft
  readonly wrong: readonly Field[]
  readonly currency: string
  readonly disabled: boolean
  readonly onChange: (draft: Draft) => void
}

function Figures({ draft, wrong, currency, disabled, onChange }: FiguresProps) {
  const words = useWords(alertWords)
  const field = (name: Field, fault: string) => ({
    value: draft[name],
    disabled,
    error: wrong.includes(name) ? fault : undefined,
    onChange: (event: { readonly target: { readonly value: string } }) =>
      onChange({ ...draft, [name]: event.target.value }),
  })
  const levels = { hint: words.levelsHint, inputMode: 'numeric', autoComplete: 'off' } as const
  return (
    <Grid min="260px">
      <TextField
        label={words.windowLevels}
        {...levels}
        {...field('window_levels', words.levelsWrong)}
      />
      <TextField label={words.capLevels} {...levels} {...field('cap_levels', words.levelsWrong)} />
      <TextField
        label={words.resetAbove}
        inputMode="numeric"
        {...field('window_reset_above', words.resetWrong)}
      />
      <TextField
        label={words.expiryDays}
        {...levels}
        hint={words.daysHint}
        {...field('lot_expiry_days', words.daysWrong)}
      />
      <TextField
        label={words.factor}
        inputMode="decimal"
        {...field('anomaly_factor', words.factorWrong)}
      />
      <MoneyField
        label={words.floor}
        currency={currency}
        {...field('anomaly_floor', words.floorWrong)}
      />
    </Grid>
  )
}
