import { type ReactNode, useState } from 'react'
import { useWords } from '../../app/words.ts'
import { Button, Check, Grid, Notice, ProblemNotice } from '../../kit/index.ts'
import { EMPTY_FORM, formOf, type Incident, type IncidentForm } from './form.ts'
import css from './incidents.module.css'
import { isWritable, useSave } from './queries.ts'
import { incidentWords } from './words.ts'

export type Change = (change: Partial<IncidentForm>) => void

/** A step that writes a part of the document: what is typed, and a button that saves it and goes on. */
export function DocumentStep({
  own,
  onSaved,
  children,
}: {
  readonly own: Incident | undefined
  readonly onSaved: (own: Incident) => void
  readonly children: (form: IncidentForm, change: Change) => ReactNode
}) {
  const words = useWords(incidentWords)
  const before = own && formOf(own.document)
  const [form, setForm] = useState(before ?? EMPTY_FORM)
  const save = useSave(onSaved)
  const isOpen = own === undefined || isWritable(own)
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ form, before: own && before ? { own, form: before } : undefined })
      }}
    >
      {!isOpen && <Notice tone="info" title={words.frozen} />}
      <fieldset className={css.form} disabled={!isOpen}>
        {children(form, (change) => setForm((now) => ({ ...now, ...change })))}
      </fieldset>
      {save.error && <ProblemNotice error={save.error} />}
      {isOpen && (
        <div>
          <Button kind="primary" type="submit" busy={save.isPending}>
            {words.saveNext}
          </Button>
          {own?.measured_at && <p className={css.count}>{words.voids}</p>}
        </div>
      )}
    </form>
  )
}

/** Several of a few, all seen at once. */
export function Several({
  legend,
  hint,
  options,
  chosen,
  onChange,
}: {
  readonly legend: string
  readonly hint?: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}) {
  return (
    <fieldset className={css.set}>
      <legend>{legend}</legend>
      {hint && <p className={css.count}>{hint}</p>}
      <Grid gap={2} min="260px">
        {options.map(({ value, label }) => (
          <Check
            key={value}
            label={label}
            checked={chosen.includes(value)}
            onChange={(isChosen) =>
              onChange(isChosen ? [...chosen, value] : chosen.filter((one) => one !== value))
            }
          />
        ))}
      </Grid>
    </fieldset>
  )
}
