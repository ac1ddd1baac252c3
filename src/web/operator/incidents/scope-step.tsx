import { RULE_CODES, ruleSentence, wordsOf } from '../../../contract/explain/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Disclosure, Grid, Muted, Panel, Stack, TextField } from '../../kit/index.ts'
import type { Incident, IncidentForm } from './form.ts'
import { type Change, DocumentStep, Several } from './form-part.tsx'
import { incidentWords } from './words.ts'

/** Step 1: which calls it is about. */
export function ScopeStep({
  own,
  onSaved,
}: {
  readonly own: Incident | undefined
  readonly onSaved: (own: Incident) => void
}) {
  const words = useWords(incidentWords)
  return (
    <Panel title={words.stepNames.scope}>
      <DocumentStep key={own?.updated_at ?? 'new'} own={own} onSaved={onSaved}>
        {(form, change) => (
          <>
            <Names form={form} change={change} isNew={own === undefined} />
            <Muted>{words.scopeRule}</Muted>
            <Where form={form} change={change} />
          </>
        )}
      </DocumentStep>
    </Panel>
  )
}

interface PartProps {
  readonly form: IncidentForm
  readonly change: Change
}

function Names({ form, change, isNew }: PartProps & { readonly isNew: boolean }) {
  const words = useWords(incidentWords)
  return (
    <Grid>
      <TextField
        label={words.id}
        hint={words.idHint}
        value={form.id}
        required
        readOnly={!isNew}
        pattern="[a-z0-9][a-z0-9_]{0,47}"
        onChange={(event) => change({ id: event.target.value })}
      />
      <TextField
        label={words.nameEn}
        value={form.nameEn}
        lang="en"
        required
        onChange={(event) => change({ nameEn: event.target.value })}
      />
      <TextField
        label={words.nameJa}
        value={form.nameJa}
        lang="ja"
        required
        onChange={(event) => change({ nameJa: event.target.value })}
      />
      <Times form={form} change={change} />
      <TextField
        label={words.currency}
        value={form.currency}
        required
        maxLength={3}
        onChange={(event) => change({ currency: event.target.value.toUpperCase() })}
      />
    </Grid>
  )
}

function Times({ form, change }: PartProps) {
  const words = useWords(incidentWords)
  return (
    <>
      <TextField
        label={words.from}
        type="datetime-local"
        step="1"
        required
        value={form.from}
        onChange={(event) => change({ from: event.target.value })}
      />
      <TextField
        label={words.until}
        type="datetime-local"
        step="1"
        required
        value={form.until}
        onChange={(event) => change({ until: event.target.value })}
      />
    </>
  )
}

const LISTS = ['models', 'statuses', 'errorTypes', 'books', 'plans'] as const

function Where({ form, change }: PartProps) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const outcomes = Object.entries(wordsOf(lang).outcomes)
  return (
    <Stack>
      <Grid>
        {LISTS.map((name) => (
          <TextField
            key={name}
            label={words[name]}
            hint={words.list}
            value={form[name]}
            onChange={(event) => change({ [name]: event.target.value })}
          />
        ))}
        <TextField
          label={words.onlyAccounts}
          hint={words.list}
          value={form.accounts}
          onChange={(event) => change({ accounts: event.target.value })}
        />
      </Grid>
      <Disclosure title={words.narrow} open={form.outcomes.length + form.rules.length > 0}>
        <Stack>
          <Several
            legend={words.outcomes}
            options={outcomes.map(([value, label]) => ({ value, label }))}
            chosen={form.outcomes}
            onChange={(chosen) => change({ outcomes: chosen })}
          />
          <Several
            legend={words.rules}
            options={RULE_CODES.map((value) => ({ value, label: ruleSentence(value, lang) }))}
            chosen={form.rules}
            onChange={(chosen) => change({ rules: chosen })}
          />
        </Stack>
      </Disclosure>
    </Stack>
  )
}
