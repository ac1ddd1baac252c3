import { useQuery } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { AsOf, Choices, Empty, Grid, Loaded, PageHead, Row, Stack } from '../../kit/index.ts'
import { JobsPanel } from './jobs.tsx'
import { type Health as HealthAnswer, Tile } from './tile.tsx'
import { healthScreenWords } from './words.ts'

const EVERY_MS = 15_000

/** Is anything wrong, since when, and what is to be done? */
export default function Health() {
  const lang = useLang()
  const health = useQuery({
    queryKey: ['health', lang],
    queryFn: ({ signal }) => api.server.tiles({ lang }, { signal }),
    refetchInterval: EVERY_MS,
  })
  return (
    <Stack gap={4}>
      <Loaded query={health}>{(answer) => <Tiles health={answer} />}</Loaded>
      <JobsPanel />
    </Stack>
  )
}

function Tiles({ health }: { readonly health: HealthAnswer }) {
  const words = useWords(healthScreenWords)
  const [search, setSearch] = useUrlState()
  const show = choiceOf(search, 'show', ['all', 'bad'])
  const bad = health.items.filter(({ state }) => state === 'warn' || state === 'alarm')
  const shown = show === 'bad' ? bad : health.items
  const options = (['all', 'bad'] as const).map((value) => ({ value, label: words.shows[value] }))
  return (
    <>
      <PageHead title={words.states[health.state]} lead={words.lead} />
      <Row between>
        <Choices
          label={words.show}
          value={show}
          options={options}
          onChange={(value) => setSearch({ show: value === 'all' ? undefined : value })}
        />
        <AsOf as_of={health.as_of} />
      </Row>
      {shown.length === 0 ? (
        <Empty title={words.noneBad} />
      ) : (
        <Grid min="260px">
          {shown.map((tile) => (
            <Tile key={tile.id} tile={tile} />
          ))}
        </Grid>
      )}
    </>
  )
}
