import { useNavigate } from '@tanstack/react-router'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { choiceOf } from '../../app/search.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  ButtonLink,
  type Column,
  Empty,
  Loaded,
  Money,
  PageHead,
  Panel,
  Select,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { useListing } from '../../parts/listing.ts'
import { kitWords } from '../../words/kit.ts'
import type { Incident } from './form.ts'
import { incidentWords } from './words.ts'

const STATES = [
  'any',
  'draft',
  'measuring',
  'measured',
  'submitted',
  'approved',
  'running',
  'paused',
  'done',
  'cancelled',
] as const

const TONES: Readonly<Record<Incident['state'], Tone>> = {
  draft: 'muted',
  measuring: 'accent',
  measured: 'accent',
  submitted: 'warn',
  approved: 'accent',
  running: 'accent',
  paused: 'warn',
  done: 'ok',
  cancelled: 'muted',
}

export function IncidentState({ state }: { readonly state: Incident['state'] }) {
  const words = useWords(incidentWords)
  return <StateWord tone={TONES[state]}>{words.states[state]}</StateWord>
}

/** What went wrong for many, and how far it is made good. */
export default function Incidents() {
  const words = useWords(incidentWords)
  const kit = useWords(kitWords)
  const may = useMay()
  const [search, change] = useUrlState()
  const state = choiceOf(search, 'state', STATES)
  const { query, more } = useListing(
    ['incidents', state],
    (options) => api.incidents.list(state === 'any' ? {} : { state }, options),
    { every: 15_000 },
  )
  return (
    <Stack gap={4}>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          may('incidents_write') && (
            <ButtonLink kind="primary" icon="plus" to={'/operator/incidents/new-incident' as never}>
              {words.create}
            </ButtonLink>
          )
        }
      />
      <Panel
        title={words.title}
        actions={
          <Select
            label={words.stateFilter}
            value={state}
            options={STATES.map((value) => ({
              value,
              label: value === 'any' ? words.any : words.states[value],
            }))}
            onChange={(value) => change({ state: value === 'any' ? undefined : value })}
          />
        }
      >
        <Loaded query={query}>
          {({ items, hasMore }) => (
            <>
              <IncidentTable items={items} />
              {hasMore && <Button onClick={more}>{kit.more}</Button>}
            </>
          )}
        </Loaded>
      </Panel>
    </Stack>
  )
}

const addressOf = (own: Incident) => `/operator/incidents/${own.incident_id}` as never

function IncidentTable({ items }: { readonly items: readonly Incident[] }) {
  const words = useWords(incidentWords)
  const navigate = useNavigate()
  const columns = useColumns()
  return (
    <Table
      name={words.title}
      columns={columns}
      rows={items}
      rowKey={({ incident_id }) => incident_id}
      onOpen={(own) => void navigate({ to: addressOf(own) })}
      empty={<Empty title={words.none}>{words.noneNext}</Empty>}
    />
  )
}

function useColumns(): Column<Incident>[] {
  const words = useWords(incidentWords)
  const lang = useLang()
  return [
    {
      id: 'name',
      label: words.incident,
      cell: (own) => (
        <ButtonLink kind="quiet" size="small" to={addressOf(own)}>
          {own.document.name[lang]}
        </ButtonLink>
      ),
    },
    { id: 'state', label: words.state, cell: ({ state }) => <IncidentState state={state} /> },
    {
      id: 'calls',
      label: words.calls,
      numeric: true,
      priority: 2,
      cell: ({ calls }) => count(calls, lang),
    },
    {
      id: 'accounts',
      label: words.accounts,
      numeric: true,
      priority: 1,
      cell: ({ accounts }) => count(accounts, lang),
    },
    {
      id: 'due',
      label: words.toGive,
      numeric: true,
      cell: (own) => <Money amount={own.to_give_back} currency={own.document.currency} />,
    },
    {
      id: 'given',
      label: words.given,
      numeric: true,
      priority: 2,
      cell: (own) => <Money amount={own.progress.amount} currency={own.document.currency} />,
    },
    {
      id: 'since',
      label: words.since,
      priority: 1,
      cell: ({ created_at }) => <Time at={created_at} form="date" />,
    },
  ]
}
