import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  Dialog,
  FileField,
  ProblemNotice,
  Row,
  Select,
  Stack,
  TextField,
} from '../../kit/index.ts'
import { kitWords } from '../../words/kit.ts'
import { reconciliationWords } from './words.ts'

const PROVIDERS = ['anthropic', 'openai'] as const
type Provider = (typeof PROVIDERS)[number]
type Kind = 'provider' | 'processor'

interface Form {
  readonly kind: Kind
  readonly provider: Provider
  readonly files: readonly File[]
  readonly from: string
  readonly until: string
  readonly threshold: string
}

const EMPTY: Form = {
  kind: 'provider',
  provider: 'anthropic',
  files: [],
  from: '',
  until: '',
  threshold: '1',
}

const FILE_MAX = 9_000_000
const DAY_MS = 86_400_000

/** Imports what was chosen, then compares what it covers; a repeat of an import changes nothing. */
async function start(form: Form): Promise<string> {
  const bills = []
  for (const file of form.kind === 'provider' ? form.files : [])
    bills.push(
      await api.reconciliation.importBill({ file_name: file.name, content: await file.text() }),
    )
  const [first] = bills
  const starts = bills.map(({ covers_from }) => covers_from).sort()
  const ends = bills.map(({ covers_until }) => covers_until).sort()
  const today = Math.floor(serverNow() / DAY_MS) * DAY_MS
  const iso = (text: string): string => new Date(`${text}Z`).toISOString()
  const run = await api.reconciliation.start({
    kind: form.kind,
    ...(form.kind === 'provider' && { provider: first?.provider ?? form.provider }),
    from: form.from ? iso(form.from) : (starts[0] ?? new Date(today - DAY_MS).toISOString()),
    until: form.until ? iso(form.until) : (ends.at(-1) ?? new Date(today).toISOString()),
    ...(form.threshold.trim() !== '' && { threshold: form.threshold.trim() }),
  })
  return run.run_id
}

interface StartProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly onDone: (run: string) => void
}

export function StartDialog({ open, onClose, onDone }: StartProps) {
  const words = useWords(reconciliationWords)
  const kit = useWords(kitWords)
  const queries = useQueryClient()
  const [form, setForm] = useState(EMPTY)
  const order = useMutation({
    mutationFn: start,
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: ['reconciliation'] })
      setForm(EMPTY)
      onDone(id)
    },
  })
  const tooLarge = form.files.find(({ size }) => size > FILE_MAX)
  const isTimeWrong =
    (form.from === '') !== (form.until === '') || (form.from !== '' && form.from >= form.until)
  const isWrong = tooLarge !== undefined || isTimeWrong
  const hasFiles = form.kind === 'provider' && form.files.length > 0
  return (
    <Dialog
      title={words.startTitle}
      open={open}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button
            kind="primary"
            busy={order.isPending}
            disabled={isWrong}
            onClick={() => order.mutate(form)}
          >
            {hasFiles ? words.startDo : words.startDoPlain}
          </Button>
        </>
      }
    >
      <Fields
        form={form}
        fileError={tooLarge && `${tooLarge.name} ${words.fileTooLarge}`}
        timeError={isTimeWrong ? words.timeInvalid : undefined}
        onChange={(changed) => setForm((before) => ({ ...before, ...changed }))}
      />
      {order.error && <ProblemNotice error={order.error} />}
    </Dialog>
  )
}

function Fields({
  form,
  fileError,
  timeError,
  onChange,
}: {
  readonly form: Form
  readonly fileError: string | undefined
  readonly timeError: string | undefined
  readonly onChange: (change: Partial<Form>) => void
}) {
  const words = useWords(reconciliationWords)
  return (
    <Stack>
      <Choices<Kind>
        label={words.which}
        value={form.kind}
        options={[
          { value: 'provider', label: words.kinds.provider },
          { value: 'processor', label: words.kinds.processor },
        ]}
        onChange={(kind) => onChange({ kind })}
      />
      {form.kind === 'provider' && (
        <>
          <FileField
            label={words.files}
            hint={words.filesHint}
            error={fileError}
            accept=".json,.jsonl,.csv,application/json,text/csv"
            multiple
            onFiles={(files) => onChange({ files })}
          />
          {form.files.length === 0 && (
            <Select
              label={words.provider}
              value={form.provider}
              options={PROVIDERS.map((value) => ({ value, label: words.providers[value] }))}
              onChange={(provider) => onChange({ provider: provider as Provider })}
            />
          )}
        </>
      )}
      <Times form={form} error={timeError} onChange={onChange} />
      <TextField
        label={words.threshold}
        hint={words.thresholdHint}
        inputMode="decimal"
        value={form.threshold}
        onChange={(event) => onChange({ threshold: event.target.value })}
      />
    </Stack>
  )
}

function Times({
  form,
  error,
  onChange,
}: {
  readonly form: Form
  readonly error: string | undefined
  readonly onChange: (change: Partial<Form>) => void
}) {
  const words = useWords(reconciliationWords)
  return (
    <Row>
      <TextField
        label={words.from}
        type="datetime-local"
        value={form.from}
        error={error}
        onChange={(event) => onChange({ from: event.target.value })}
      />
      <TextField
        label={words.until}
        type="datetime-local"
        value={form.until}
        hint={words.timeHint}
        onChange={(event) => onChange({ until: event.target.value })}
      />
    </Row>
  )
}
