import { useNavigate } from '@tanstack/react-router'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  ButtonLink,
  Choices,
  type Column,
  Empty,
  Loaded,
  Meter,
  Money,
  Muted,
  PageHead,
  Panel,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { useListing } from '../../parts/listing.ts'
import { kitWords } from '../../words/kit.ts'
import type { Campaign } from './document.ts'
import { Gallery } from './gallery.tsx'
import { campaignWords } from './words.ts'

const STATES = ['any', 'draft', 'published', 'paused', 'closed'] as const

const TONES: Readonly<Record<Campaign['status'], Tone>> = {
  draft: 'muted',
  published: 'ok',
  paused: 'warn',
  closed: 'muted',
}

export function CampaignState({ status }: { readonly status: Campaign['status'] }) {
  const words = useWords(campaignWords)
  return <StateWord tone={TONES[status]}>{words.states[status]}</StateWord>
}

export const NEW = '~new'
export const addressOf = (id: string) => `/operator/campaigns/${id}` as never

/** Is it working, and what is it costing? */
export default function Campaigns() {
  const words = useWords(campaignWords)
  const kit = useWords(kitWords)
  const [search, change] = useUrlState()
  const status = choiceOf(search, 'state', STATES)
  const { query, more } = useListing(
    ['campaigns', status],
    (options) => api.campaigns.list(status === 'any' ? {} : { status }, options),
    { every: 30_000 },
  )
  return (
    <Stack gap={4}>
      <PageHead title={words.title} lead={words.lead} actions={<NewButton />} />
      <Loaded query={query}>
        {({ items, hasMore }) =>
          items.length === 0 && status === 'any' ? (
            <>
              <Empty title={words.none}>{words.noneNext}</Empty>
              <Gallery />
            </>
          ) : (
            <Panel
              title={words.title}
              actions={
                <Choices
                  label={words.filter}
                  value={status}
                  options={STATES.map((value) => ({
                    value,
                    label: value === 'any' ? words.any : words.states[value],
                  }))}
                  onChange={(value) => change({ state: value === 'any' ? undefined : value })}
                />
              }
            >
              <CampaignTable items={items} />
              {hasMore && <Button onClick={more}>{kit.more}</Button>}
            </Panel>
          )
        }
      </Loaded>
    </Stack>
  )
}

function NewButton() {
  const words = useWords(campaignWords)
  return (
    <ButtonLink kind="primary" icon="plus" to={addressOf(NEW)}>
      {words.create}
    </ButtonLink>
  )
}

function CampaignTable({ items }: { readonly items: readonly Campaign[] }) {
  const words = useWords(campaignWords)
  const navigate = useNavigate()
  const columns: Column<Campaign>[] = [
    {
      id: 'name',
      label: words.campaign,
      cell: ({ campaign_id, document }) => (
        <ButtonLink kind="quiet" size="small" to={addressOf(campaign_id)}>
          {document.name}
        </ButtonLink>
      ),
    },
    { id: 'state', label: words.state, cell: ({ status }) => <CampaignState status={status} /> },
    { id: 'budget', label: words.budget, cell: (own) => <Budget own={own} /> },
    {
      id: 'claims',
      label: words.claims,
      numeric: true,
      priority: 2,
      cell: (own) => <Claims own={own} />,
    },
    {
      id: 'from',
      label: words.from,
      priority: 1,
      cell: ({ published_at }) =>
        published_at === null ? null : <Time at={published_at} form="date" />,
    },
  ]
  return (
    <Table
      name={words.title}
      columns={columns}
      rows={items}
      rowKey={({ campaign_id }) => campaign_id}
      onOpen={({ campaign_id }) => void navigate({ to: addressOf(campaign_id) })}
      empty={<Empty title={words.none} />}
    />
  )
}

/** What claims have taken of the campaign’s budget. */
function Budget({ own: { ceilings, document } }: { readonly own: Campaign }) {
  const words = useWords(campaignWords)
  const [whole] = ceilings
  if (!whole) return null
  if (whole.budget_max === null)
    return (
      <>
        <Money amount={whole.amount} currency={document.currency} />{' '}
        <Muted>{words.noCeiling}</Muted>
      </>
    )
  return (
    <Meter
      label={`${words.budget}: ${document.name}`}
      currency={document.currency}
      used={whole.amount}
      total={whole.budget_max}
      tone="promo"
    />
  )
}

function Claims({ own: { ceilings } }: { readonly own: Campaign }) {
  const words = useWords(campaignWords)
  const lang = useLang()
  const [whole] = ceilings
  if (!whole) return null
  const claims = count(whole.claims, lang)
  return whole.claims_max === null ? claims : words.claimsOf(claims, count(whole.claims_max, lang))
}
