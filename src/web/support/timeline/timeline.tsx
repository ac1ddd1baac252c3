import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Answer } from '../../../client/index.ts'
import { TIMELINE_KINDS } from '../../../contract/timeline/codes.ts'
import { accountKey } from '../../app/account.ts'
import { api, workingOn } from '../../app/client.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { listOf, type Search, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  ButtonLink,
  type Column,
  Empty,
  Loaded,
  Muted,
  PageHead,
  Panel,
  Row,
  Stack,
  Table,
  Time,
} from '../../kit/index.ts'
import { MomentField } from '../../parts/moment-field.tsx'
import { EntryRange } from '../../parts/screen-link.tsx'
import { useListing } from '../listing.ts'
import { AccountActions } from './account-actions.tsx'
import { StateAt } from './state-at.tsx'
import { timelineWords } from './words.ts'

type Item = Answer<'getTimeline'>['items'][number]

/** What happened on this account? */
export default function Timeline() {
  const words = useWords(timelineWords)
  const { account = '' } = useParams({ strict: false }) as { readonly account?: string }
  const [search] = useUrlState()
  const caseId = textOf(search, 'case')
  useEffect(() => (caseId === undefined ? undefined : workingOn(caseId)), [caseId])
  const query = useQuery({
    queryKey: accountKey(account, 'account'),
    queryFn: ({ signal }) => api.accounts.get(account, { signal }),
  })
  return (
    <Loaded query={query}>
      {(own) => (
        <>
          <PageHead title={own.name} lead={words.lead} actions={<AccountActions own={own} />} />
          <Stack gap={4}>
            <Row>
              <ButtonLink to={`/a/${account}`} size="small" icon="eye">
                {words.asAccount}
              </ButtonLink>
              <ButtonLink to="/support" search={{ account } as never} size="small" icon="queue">
                {words.cases}
              </ButtonLink>
              <ButtonLink
                to="/support/explain"
                search={{ account } as never}
                size="small"
                icon="explain"
              >
                {words.explain}
              </ButtonLink>
            </Row>
            <StateAt account={account} />
            <Happened account={account} search={search} />
          </Stack>
        </>
      )}
    </Loaded>
  )
}

interface HappenedProps {
  readonly account: string
  readonly search: Search
}

function Happened({ account, search }: HappenedProps) {
  const words = useWords(timelineWords)
  const time_zone = useTimeZone()
  const kinds = listOf(search, 'kind').filter((kind) => TIMELINE_KINDS.some((own) => own === kind))
  const until = textOf(search, 'until')
  const { query, showMore } = useListing<Item>({
    key: accountKey(account, 'timeline', kinds, until, time_zone),
    read: (signal) =>
      api.accounts.timeline(
        account,
        {
          limit: 100,
          time_zone,
          ...(kinds.length > 0 && { kinds: kinds.join(',') }),
          ...(until && { until }),
        },
        { signal },
      ),
  })
  const columns = useItemColumns(account)
  return (
    <Panel title={words.timeline} asOf={query.data}>
      <Filters kinds={kinds} until={until} />
      <Loaded query={query}>
        {({ items, hasMore }) => (
          <>
            <Table
              name={words.timeline}
              columns={columns}
              rows={items}
              rowKey={keyOf}
              empty={<Empty title={words.empty} />}
            />
            {hasMore && <Button onClick={showMore}>{words.more}</Button>}
          </>
        )}
      </Loaded>
    </Panel>
  )
}

const keyOf = ({ kind, at, seq, sentence }: Item): string =>
  `${kind} ${at} ${seq?.first ?? sentence.en}`

interface FiltersProps {
  readonly kinds: readonly string[]
  readonly until: string | undefined
}

function Filters({ kinds, until }: FiltersProps) {
  const words = useWords(timelineWords)
  const [, change] = useUrlState()
  const toggle = (kind: string): void =>
    change({ kind: kinds.includes(kind) ? kinds.filter((own) => own !== kind) : [...kinds, kind] })
  return (
    <Stack gap={3}>
      <fieldset aria-label={words.filter} style={{ border: 0, padding: 0, margin: 0 }}>
        <Row>
          <Button
            size="small"
            aria-pressed={kinds.length === 0}
            kind={kinds.length === 0 ? 'primary' : 'plain'}
            onClick={() => change({ kind: undefined })}
          >
            {words.all}
          </Button>
          {TIMELINE_KINDS.map((kind) => (
            <Button
              key={kind}
              size="small"
              aria-pressed={kinds.includes(kind)}
              kind={kinds.includes(kind) ? 'primary' : 'plain'}
              onClick={() => toggle(kind)}
            >
              {words.kinds[kind]}
            </Button>
          ))}
        </Row>
      </fieldset>
      <MomentField
        label={words.jump}
        value={until}
        onChange={(at) => change({ until: at }, { replace: true })}
      />
    </Stack>
  )
}

type Columns = readonly Column<Item>[]

function useItemColumns(account: string): Columns {
  const words = useWords(timelineWords)
  const lang = useLang()
  const [, change] = useUrlState()
  return [
    { id: 'at', label: words.when, cell: ({ at }) => <Time at={at} /> },
    { id: 'kind', label: words.what, priority: 2, cell: ({ kind }) => words.kinds[kind] },
    {
      id: 'what',
      label: words.happened,
      cell: (item) => {
        const receipt = item.receipt_id ?? item.facts?.receipt_id
        return (
          <>
            {item.sentence[lang]}{' '}
            {receipt && <Link to={`/a/${account}/receipts/${receipt}`}>{words.receipt}</Link>}
            {!receipt && item.seq && (
              <Muted>
                {words.entries} <EntryRange account={account} {...item.seq} />
              </Muted>
            )}
          </>
        )
      },
    },
    {
      id: 'state',
      label: words.state,
      cell: ({ at }) => (
        <Button size="small" kind="quiet" onClick={() => change({ at })}>
          {words.state}
        </Button>
      ),
    },
  ]
}
