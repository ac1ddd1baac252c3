import { useQuery } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Grid, Loaded, Muted, Panel, Select, Stack, TextField } from '../../kit/index.ts'
import { ImpactTables } from './impact-tables.tsx'
import { useBooks, useDrafts } from './queries.ts'
import { priceWords } from './words.ts'

/** The start of a UTC day, or of the day after it. */
const dayStart = (day: string): string => `${day}T00:00:00Z`

/** What is asked for, as the address has it. */
function useAsked() {
  const [search] = useUrlState()
  const of = textOf(search, 'of')
  const [from, to, sample] = [
    textOf(search, 'from'),
    textOf(search, 'to'),
    textOf(search, 'sample'),
  ]
  const id = of?.slice(of.indexOf(':') + 1)
  return { of, id, isDraft: of?.startsWith('draft:') === true, from, to, sample }
}

export function ImpactTab() {
  const words = useWords(priceWords)
  const asked = useAsked()
  const { of, id = '', from, to, sample } = asked
  const impact = useQuery({
    queryKey: ['price-impact', of, from, to, sample],
    queryFn: ({ signal }) =>
      api.priceDrafts.impact(
        {
          ...(asked.isDraft ? { draft_id: id } : { price_book_id: id }),
          ...(from !== undefined && { from: dayStart(from) }),
          ...(to !== undefined && { to: dayStart(to) }),
          ...(sample !== undefined && { sample: Number(sample) }),
        },
        { signal },
      ),
    enabled: of !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Stack gap={4}>
      <Muted>{words.impactLead}</Muted>
      <Asking />
      {of !== undefined && (
        <Panel
          title={`${words.tabs.impact}: ${impact.data?.price_book_id ?? id}`}
          asOf={impact.data}
        >
          <Loaded query={impact}>{(found) => <ImpactTables found={found} />}</Loaded>
        </Panel>
      )}
    </Stack>
  )
}

function Asking() {
  const words = useWords(priceWords)
  const [, setSearch] = useUrlState()
  const { of, from, to, sample } = useAsked()
  const books = useBooks()
  const drafts = useDrafts('draft')
  const options = [
    { value: '', label: words.choose },
    ...(drafts.data ?? []).map((own) => ({
      value: `draft:${own.draft_id}`,
      label: `${words.draft} ${own.price_book_id ?? own.draft_id}`,
    })),
    ...(books.data ?? []).map((own) => ({
      value: `book:${own.price_book_id}`,
      label: own.price_book_id,
    })),
  ]
  const set = (name: string) => (value: string) =>
    setSearch({ [name]: value === '' ? undefined : value }, { replace: true })
  return (
    <Grid min="180px" gap={3}>
      <Select label={words.impactOf} value={of ?? ''} options={options} onChange={set('of')} />
      <TextField
        label={words.fromDay}
        type="date"
        value={from ?? ''}
        onChange={(event) => set('from')(event.target.value)}
      />
      <TextField
        label={words.toDay}
        type="date"
        value={to ?? ''}
        onChange={(event) => set('to')(event.target.value)}
      />
      <Select
        label={words.sample}
        value={sample ?? ''}
        options={['', '1000', '20000'].map((value) => ({ value, label: value || '5000' }))}
        onChange={set('sample')}
      />
    </Grid>
  )
}
