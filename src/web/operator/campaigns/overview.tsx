import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { take } from '../../../client/index.ts'
import { add, formatNanos, readNanos, ZERO } from '../../../core/money/index.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  BurnLine,
  BurnTable,
  ChartPanel,
  Funnel,
  FunnelTable,
  type Point,
  useCountUnit,
  useMoneyUnit,
} from '../../charts/index.ts'
import {
  ButtonLink,
  type Column,
  Facts,
  Loaded,
  Money,
  Notice,
  Panel,
  Split,
  Table,
  Time,
  useMoneyText,
} from '../../kit/index.ts'
import type { Campaign } from './document.ts'
import { campaignWords } from './words.ts'

type FunnelAnswer = Answer<'getCampaignFunnel'>
type ClaimOfCampaign = Answer<'listClaims'>['items'][number]

const FUNNEL_EVERY_MS = 30_000

interface OwnProps {
  readonly own: Campaign
}

/** How far accounts have come, what it costs, where the budget goes. */
export function Overview({ own }: OwnProps) {
  const query = useQuery({
    queryKey: ['campaign', own.campaign_id, 'funnel'],
    queryFn: ({ signal }) => api.campaigns.funnel(own.campaign_id, { signal }),
    refetchInterval: FUNNEL_EVERY_MS,
  })
  return (
    <Loaded query={query}>
      {(funnel) => (
        <>
          <Split
            main={<FunnelPanel funnel={funnel} />}
            aside={<Costs own={own} funnel={funnel} />}
          />
          <Burn own={own} funnel={funnel} />
          <Ceilings own={own} />
        </>
      )}
    </Loaded>
  )
}

const STEPS = ['told', 'seen', 'claimed', 'granted', 'first_use', 'used_up', 'expired'] as const

function FunnelPanel({ funnel }: { readonly funnel: FunnelAnswer }) {
  const words = useWords(campaignWords)
  const lang = useLang()
  const unit = useCountUnit()
  const { eligible } = funnel
  const shown = {
    name: words.funnel,
    unit,
    notCounted: words.notCounted,
    steps: [
      {
        id: 'eligible',
        label: words.funnelSteps.eligible,
        value: String(eligible.accounts),
        tone: 'plan' as const,
      },
      ...STEPS.map((id) => ({
        id,
        label: words.funnelSteps[id],
        value: String(funnel[id]),
        tone: id === 'expired' ? ('not-billed' as const) : ('promo' as const),
      })),
    ],
  }
  return (
    <ChartPanel
      title={words.funnel}
      asOf={funnel}
      chart={<Funnel {...shown} />}
      table={<FunnelTable {...shown} stepLabel={words.stage} countLabel={words.accounts} />}
    >
      {!eligible.complete && (
        <Notice tone="warn" title={words.partial(count(eligible.evaluated, lang))} />
      )}
      {funnel.held_for_review > 0 && (
        <Notice
          tone="warn"
          title={`${words.heldForReview}: ${count(funnel.held_for_review, lang)}`}
          actions={
            <ButtonLink to={'.' as never} search={{ tab: 'claims', claims: 'held' } as never}>
              {words.tabs.claims}
            </ButtonLink>
          }
        />
      )}
    </ChartPanel>
  )
}

const AMOUNTS = ['taken', 'granted', 'used', 'expired', 'voided', 'outstanding'] as const

function Costs({ own, funnel }: OwnProps & { readonly funnel: FunnelAnswer }) {
  const words = useWords(campaignWords)
  const { currency } = own.document
  const { forecast } = funnel
  return (
    <Panel title={words.amounts} asOf={funnel}>
      <Facts
        rows={[
          ...AMOUNTS.map(
            (id) =>
              [
                words.amountNames[id],
                <Money key={id} amount={funnel.amounts[id]} currency={currency} />,
              ] as const,
          ),
          ...(forecast.taken_at_end === null
            ? []
            : [
                [
                  words.takenAtEnd,
                  <Money key="end" amount={forecast.taken_at_end} currency={currency} />,
                ] as const,
              ]),
          ...(forecast.exhausted_at === null
            ? []
            : [[words.exhaustedAt, <Time key="out" at={forecast.exhausted_at} />] as const]),
        ]}
      />
      <p>{words.pace(forecast.pace_days)}</p>
    </Panel>
  )
}

const CLAIMS_SHOWN = 1_000

/** What claims had taken after each of them: exact sums of the amounts of claims that hold a place. */
function takenAfter(claims: readonly ClaimOfCampaign[]): readonly Point[] {
  const placed = claims
    .filter(({ state }) => state !== 'rejected')
    .sort((a, b) => (a.claimed_at < b.claimed_at ? -1 : 1))
  let sum = ZERO
  return placed.map(({ claimed_at, amount }) => {
    sum = add(sum, readNanos(amount))
    return { at: claimed_at, value: formatNanos(sum) }
  })
}

/** Where the budget goes at this pace: to its end, or to the end of the claim window. */
function forecastOf(
  funnel: FunnelAnswer,
  end: string | null,
  most: string | null,
): readonly Point[] {
  const { forecast, amounts, as_of } = funnel
  const from: Point = { at: as_of, value: amounts.taken }
  if (forecast.exhausted_at !== null && most !== null)
    return [from, { at: forecast.exhausted_at, value: most }]
  return forecast.taken_at_end !== null && end !== null
    ? [from, { at: end, value: forecast.taken_at_end }]
    : []
}

const endOf = ({ claim }: Campaign['document']): string | null => {
  const until = claim?.until
  return typeof until === 'string' ? until : (until?.at ?? null)
}

function Burn({ own, funnel }: OwnProps & { readonly funnel: FunnelAnswer }) {
  const words = useWords(campaignWords)
  const money = useMoneyText()
  const { currency } = own.document
  const unit = useMoneyUnit(currency)
  const query = useQuery({
    queryKey: ['campaign', own.campaign_id, 'claims', 'line', funnel.claimed],
    queryFn: ({ signal }) =>
      take(api.campaigns.claims(own.campaign_id, {}, { signal }), CLAIMS_SHOWN),
  })
  const most = own.ceilings[0]?.budget_max ?? null
  const start = own.published_at ?? own.created_at
  return (
    <Loaded query={query}>
      {(claims) => {
        const actual = [
          { at: start, value: '0' },
          ...takenAfter(claims),
          { at: funnel.as_of, value: funnel.amounts.taken },
        ]
        const shown = {
          name: words.burn,
          actual,
          forecast: forecastOf(funnel, endOf(own.document), most),
          ...(most !== null && {
            stop: { value: most, label: words.stop(money(most, currency)) },
          }),
          labels: words.burnLabels,
          unit,
          width: widthOf(start, funnel),
          tone: 'promo' as const,
        }
        return (
          <ChartPanel
            title={words.burn}
            asOf={funnel}
            chart={<BurnLine {...shown} />}
            table={<BurnTable {...shown} timeLabel={words.moment} />}
          >
            {claims.length >= CLAIMS_SHOWN && <Notice tone="info" title={words.burnPartial} />}
          </ChartPanel>
        )
      }}
    </Loaded>
  )
}

const TWO_DAYS_MS = 172_800_000

const widthOf = (start: string, { as_of, forecast }: FunnelAnswer): 'hour' | 'day' =>
  Date.parse(forecast.exhausted_at ?? as_of) - Date.parse(start) < TWO_DAYS_MS ? 'hour' : 'day'

type Ceiling = Campaign['ceilings'][number]

function Ceilings({ own }: OwnProps) {
  const words = useWords(campaignWords)
  const lang = useLang()
  const { currency } = own.document
  const columns: Column<Ceiling>[] = [
    { id: 'wave', label: words.wave, cell: ({ wave }) => wave ?? words.whole },
    {
      id: 'taken',
      label: words.taken,
      numeric: true,
      cell: ({ amount }) => <Money amount={amount} currency={currency} />,
    },
    {
      id: 'budget',
      label: words.budget,
      numeric: true,
      cell: ({ budget_max }) =>
        budget_max === null ? words.noCeiling : <Money amount={budget_max} currency={currency} />,
    },
    {
      id: 'claims',
      label: words.claims,
      numeric: true,
      cell: ({ claims, claims_max }) =>
        claims_max === null
          ? count(claims, lang)
          : words.claimsOf(count(claims, lang), count(claims_max, lang)),
    },
  ]
  return (
    <Panel title={words.ceilings}>
      <Table
        name={words.ceilings}
        columns={columns}
        rows={own.ceilings}
        rowKey={({ wave }) => wave ?? ''}
      />
    </Panel>
  )
}
