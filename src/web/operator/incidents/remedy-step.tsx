import { useWords } from '../../app/words.ts'
import {
  Check,
  Choices,
  Grid,
  MoneyField,
  Muted,
  Panel,
  Select,
  Stack,
  TextArea,
  TextField,
} from '../../kit/index.ts'
import { CORRECTIONS, type Correction, type Incident, type IncidentForm } from './form.ts'
import { type Change, DocumentStep } from './form-part.tsx'
import css from './incidents.module.css'
import { incidentWords } from './words.ts'

interface PartProps {
  readonly form: IncidentForm
  readonly change: Change
}

/** Step 3: what is given: back to where it came from, and on top of it. */
export function RemedyStep({
  own,
  onSaved,
}: {
  readonly own: Incident
  readonly onSaved: (own: Incident) => void
}) {
  const words = useWords(incidentWords)
  return (
    <Panel title={words.stepNames.remedy}>
      <DocumentStep key={own.updated_at} own={own} onSaved={onSaved}>
        {(form, change) => (
          <>
            <Correct form={form} change={change} />
            <GoodwillPart form={form} change={change} />
            <Ceilings form={form} change={change} />
          </>
        )}
      </DocumentStep>
    </Panel>
  )
}

function Correct({ form, change }: PartProps) {
  const words = useWords(incidentWords)
  return (
    <Grid>
      <Select
        label={words.correction}
        value={form.correction}
        options={CORRECTIONS.map((value) => ({ value, label: words.corrections[value] }))}
        onChange={(correction) => change({ correction: correction as Correction })}
      />
      {form.correction === 'rerate' && (
        <TextField
          label={words.book}
          value={form.book}
          required
          onChange={(event) => change({ book: event.target.value })}
        />
      )}
      <Select
        label={words.double}
        value={form.double}
        options={(['subtract', 'skip'] as const).map((value) => ({
          value,
          label: words.doubles[value],
        }))}
        onChange={(double) => change({ double: double as IncidentForm['double'] })}
      />
    </Grid>
  )
}

function GoodwillPart({ form, change }: PartProps) {
  const words = useWords(incidentWords)
  return (
    <fieldset className={css.set}>
      <legend>{words.goodwill}</legend>
      <Stack>
        <Check
          label={words.goodwill}
          hint={words.goodwillHint}
          checked={form.hasGoodwill}
          onChange={(hasGoodwill) => change({ hasGoodwill })}
        />
        {form.hasGoodwill && (
          <>
            <Choices
              label={words.goodwillBy}
              value={form.goodwillBy}
              options={(['percent', 'tiers'] as const).map((value) => ({
                value,
                label: words.goodwillKinds[value],
              }))}
              onChange={(goodwillBy) => change({ goodwillBy })}
            />
            <GoodwillAmount form={form} change={change} />
            <GoodwillTerms form={form} change={change} />
          </>
        )}
      </Stack>
    </fieldset>
  )
}

function GoodwillAmount({ form, change }: PartProps) {
  const words = useWords(incidentWords)
  if (form.goodwillBy === 'tiers')
    return (
      <TextArea
        label={words.tiers}
        hint={words.tiersHint}
        value={form.tiers}
        onChange={(event) => change({ tiers: event.target.value })}
      />
    )
  return (
    <Grid>
      <TextField
        label={words.percent}
        inputMode="numeric"
        value={form.percent}
        required
        onChange={(event) => change({ percent: event.target.value })}
      />
      <MoneyField
        label={words.max}
        currency={form.currency}
        value={form.max}
        onChange={(event) => change({ max: event.target.value })}
      />
    </Grid>
  )
}

function GoodwillTerms({ form, change }: PartProps) {
  const words = useWords(incidentWords)
  return (
    <Grid>
      <TextField
        label={words.claimUntil}
        type="datetime-local"
        step="1"
        required
        value={form.claimUntil}
        onChange={(event) => change({ claimUntil: event.target.value })}
      />
      <TextField
        label={words.expiresDays}
        inputMode="numeric"
        required
        value={form.expiresDays}
        onChange={(event) => change({ expiresDays: event.target.value })}
      />
      <Select
        label={words.position}
        value={form.position}
        options={(['before_windows', 'after_windows'] as const).map((value) => ({
          value,
          label: words.positions[value],
        }))}
        onChange={(position) => change({ position: position as IncidentForm['position'] })}
      />
    </Grid>
  )
}

const CEILINGS = ['ceilingTotal', 'ceilingAccount', 'ceilingGoodwill'] as const

function Ceilings({ form, change }: PartProps) {
  const words = useWords(incidentWords)
  return (
    <fieldset className={css.set}>
      <legend>{words.ceilings}</legend>
      <Muted>{words.ceilingHint}</Muted>
      <Grid min="200px">
        {CEILINGS.map((name) => (
          <MoneyField
            key={name}
            label={words[name]}
            currency={form.currency}
            value={form[name]}
            onChange={(event) => change({ [name]: event.target.value })}
          />
        ))}
      </Grid>
    </fieldset>
  )
}
