import { useQuery } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { type Search, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Grid, Select, TextField } from '../../kit/index.ts'
import { auditWords } from './words.ts'

const NAMES = ['actor', 'subject', 'account', 'from', 'to'] as const
type Name = (typeof NAMES)[number]

/** What the address asks for, in the words of the API. */
export function filterOf(search: Search): Record<string, string> {
  const [actor, subject, account, from, to] = NAMES.map((name) => textOf(search, name))
  return {
    ...(actor !== undefined && { actor }),
    ...(subject !== undefined && { subject }),
    ...(account !== undefined && { account_id: account }),
    ...(from !== undefined && { from: `${from}T00:00:00Z` }),
    ...(to !== undefined && { to: `${to}T00:00:00Z` }),
  }
}

export function OrderFilters() {
  const words = useWords(auditWords)
  const [search, setSearch] = useUrlState()
  const staff = useQuery({
    queryKey: ['staff'],
    queryFn: ({ signal }) => api.staff.list({ signal }),
  })
  const set = (name: Name) => (value: string) =>
    setSearch({ [name]: value === '' ? undefined : value }, { replace: true })
  const people = [
    { value: '', label: words.anyone },
    ...(staff.data?.items ?? []).map((own) => ({ value: own.staff_id, label: own.name })),
  ]
  const subjects = [
    { value: '', label: words.anything },
    ...Object.entries(words.subjects).map(([value, label]) => ({ value, label })),
  ]
  const value = (name: Name): string => textOf(search, name) ?? ''
  return (
    <search aria-label={words.filters}>
      <Grid min="160px" gap={3}>
        <Select
          label={words.who}
          value={value('actor')}
          options={people}
          data-filter
          onChange={set('actor')}
        />
        <Select
          label={words.about}
          value={value('subject')}
          options={subjects}
          onChange={set('subject')}
        />
        <PlaceAndTime value={value} set={set} />
      </Grid>
    </search>
  )
}

interface PlaceAndTimeProps {
  readonly value: (name: Name) => string
  readonly set: (name: Name) => (value: string) => void
}

function PlaceAndTime({ value, set }: PlaceAndTimeProps) {
  const words = useWords(auditWords)
  return (
    <>
      <TextField
        label={words.account}
        defaultValue={value('account')}
        onBlur={(event) => set('account')(event.target.value.trim())}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      <TextField
        label={words.fromDay}
        type="date"
        value={value('from')}
        onChange={(event) => set('from')(event.target.value)}
      />
      <TextField
        label={words.toDay}
        type="date"
        value={value('to')}
        onChange={(event) => set('to')(event.target.value)}
      />
    </>
  )
}
