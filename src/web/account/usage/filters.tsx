import { type FormEvent, useState } from 'react'
import { FILTER_CODES, USAGE_FILTERS, type UsageFilterName } from '../../../contract/usage/index.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, Check, Dialog, Icon, Select, Stack, TextField } from '../../kit/index.ts'
import { useValueNames } from './data.ts'
import { type Chip, chipsOf, type Explored, without, withValue } from './query.ts'
import css from './usage.module.css'
import { usageWords } from './words.ts'

/** What calls are chosen by, each value a chip that goes when it is clicked. */
export function FilterChips({ own }: { readonly own: Explored }) {
  const words = useWords(usageWords)
  const [, change] = useUrlState()
  const chips = chipsOf(own.filters)
  return (
    <div className={css.chips} role="group" aria-label={words.filters}>
      {chips.map((chip) => (
        <ChipButton key={JSON.stringify(chip)} chip={chip} own={own} />
      ))}
      <AddFilter own={own} />
      {chips.length > 1 && (
        <Button
          kind="quiet"
          size="small"
          onClick={() =>
            change(Object.fromEntries(USAGE_FILTERS.map((name) => [name, undefined] as const)))
          }
        >
          {words.clear}
        </Button>
      )}
    </div>
  )
}

function ChipButton({ chip, own }: { readonly chip: Chip; readonly own: Explored }) {
  const words = useWords(usageWords)
  const nameOf = useValueNames()
  const [, change] = useUrlState()
  const name = words.filterNames[chip.name]
  const value = nameOf(chip.name, chip.value)
  return (
    <button
      type="button"
      className={css.chip}
      aria-label={words.removeFilter(name, value)}
      onClick={() => change({ [chip.name]: without(own.filters, chip) })}
    >
      {chip.isUnwanted ? words.isNot(name, value) : words.is(name, value)}
      <Icon name="cross" />
    </button>
  )
}

function AddFilter({ own }: { readonly own: Explored }) {
  const words = useWords(usageWords)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button size="small" icon="plus" data-filter onClick={() => setOpen(true)}>
        {words.addFilter}
      </Button>
      <Dialog title={words.addFilter} open={isOpen} onClose={() => setOpen(false)}>
        <FilterForm own={own} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function FilterForm({ own, onDone }: { readonly own: Explored; readonly onDone: () => void }) {
  const words = useWords(usageWords)
  const [, change] = useUrlState()
  const [name, setName] = useState<UsageFilterName>('model')
  const [value, setValue] = useState('')
  const [isUnwanted, setUnwanted] = useState(false)
  const [tried, setTried] = useState(false)
  const codes = FILTER_CODES[name]
  const given = codes && value === '' ? (codes[0] ?? '') : value.trim()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (given === '') return
    const chip = { name, value: given === '~' ? null : given, isUnwanted }
    change({ [name]: withValue(own.filters, chip) })
    onDone()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label={words.filterWhat}
          value={name}
          options={USAGE_FILTERS.map((one) => ({ value: one, label: words.filterNames[one] }))}
          onChange={(one) => {
            setName(one as UsageFilterName)
            setValue('')
          }}
        />
        <ValueField {...{ name, value, given, setValue }} isMissing={tried && given === ''} />
        <Check label={words.filterNot} checked={isUnwanted} onChange={setUnwanted} />
        <div>
          <Button type="submit" kind="primary">
            {words.add}
          </Button>
        </div>
      </Stack>
    </form>
  )
}

/** A code is chosen, an id or a name is written. */
function ValueField({
  name,
  value,
  given,
  setValue,
  isMissing,
}: {
  readonly name: UsageFilterName
  readonly value: string
  readonly given: string
  readonly setValue: (value: string) => void
  readonly isMissing: boolean
}) {
  const words = useWords(usageWords)
  const nameOf = useValueNames()
  const codes = FILTER_CODES[name]
  if (codes)
    return (
      <Select
        label={words.filterValue}
        value={given}
        options={codes.map((code) => ({ value: code, label: nameOf(name, code) }))}
        onChange={setValue}
      />
    )
  return (
    <TextField
      label={words.filterValue}
      value={value}
      maxLength={200}
      error={isMissing ? words.filterValueMissing : undefined}
      onChange={(event) => setValue(event.target.value)}
    />
  )
}
