import { useAccountId } from '../../app/account.ts'
import { dateTime } from '../../app/format.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  Empty,
  Grid,
  Loaded,
  Muted,
  PageHead,
  Row,
  Stack,
} from '../../kit/index.ts'
import { Apart } from './apart.tsx'
import { Calls } from './calls.tsx'
import { UsageChoices } from './choices.tsx'
import { Course } from './course.tsx'
import { type UsageExplored, useExplored, useValueNames } from './data.ts'
import { Exports } from './exports.tsx'
import { FilterChips } from './filters.tsx'
import { Groups } from './groups.tsx'
import { chipsOf, type Explored, exploredIn, VIEWS, without } from './query.ts'
import { SavedViews } from './saved-views.tsx'
import { UsageTree } from './tree.tsx'
import { usageWords } from './words.ts'

/** What used it? */
export default function Usage() {
  const words = useWords(usageWords)
  const account = useAccountId()
  const [search, change] = useUrlState()
  const own = exploredIn(search)
  const { query, showAll } = useExplored(account, own)
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Stack gap={4}>
        <UsageChoices own={own} />
        <FilterChips own={own} />
        <Choices
          label={words.views}
          value={own.view}
          options={VIEWS.map((value) => ({ value, label: words.viewNames[value] }))}
          onChange={(view) => change({ view: view === 'groups' ? undefined : view })}
        />
        <Loaded query={query}>
          {(explored) => <Main {...{ account, own, explored }} onMore={showAll} />}
        </Loaded>
      </Stack>
    </>
  )
}

interface MainProps {
  readonly account: string
  readonly own: Explored
  readonly explored: UsageExplored
  readonly onMore: () => void
}

function Main({ account, own, explored, onMore }: MainProps) {
  const words = useWords(usageWords)
  const place = { lang: useLang(), timeZone: useTimeZone() }
  const { from, to, totals } = explored
  return (
    <Stack gap={4}>
      <Muted>{words.range(dateTime(from, place, to), dateTime(to, place, to))}</Muted>
      {totals.calls === 0 || explored.rows.length === 0 ? (
        <NothingHere own={own} />
      ) : (
        <>
          {own.view === 'groups' && (
            <>
              <Course explored={explored} />
              <Groups explored={explored} own={own} onMore={onMore} />
            </>
          )}
          {own.view === 'tree' && <UsageTree {...{ account, own }} currency={explored.currency} />}
        </>
      )}
      <Grid min="300px">
        <Apart explored={explored} />
        <SavedViews account={account} />
        <Exports account={account} own={own} />
      </Grid>
      {explored.rows.length > 0 && <Calls account={account} own={own} explored={explored} />}
    </Stack>
  )
}

/** Names the filters, each of which may be what hides everything. */
function NothingHere({ own }: { readonly own: Explored }) {
  const words = useWords(usageWords)
  const nameOf = useValueNames()
  const [, change] = useUrlState()
  const chips = chipsOf(own.filters)
  if (chips.length === 0)
    return (
      <Empty title={words.nothingInPeriod}>
        <p>{words.nothingNext}</p>
      </Empty>
    )
  return (
    <Empty title={words.nothing}>
      <Row>
        {chips.map((chip) => {
          const value = nameOf(chip.name, chip.value)
          const name = words.filterNames[chip.name]
          const text = chip.isUnwanted ? words.isNot(name, value) : words.is(name, value)
          return (
            <Button
              key={text}
              size="small"
              onClick={() => change({ [chip.name]: without(own.filters, chip) })}
            >
              {words.removeOne(text)}
            </Button>
          )
        })}
      </Row>
    </Empty>
  )
}
