import { Link } from '@tanstack/react-router'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  type Column,
  Empty,
  Loaded,
  Money,
  Muted,
  Panel,
  Table,
  Time,
} from '../../kit/index.ts'
import { useListing } from '../../parts/listing.ts'
import { kitWords } from '../../words/kit.ts'
import type { Campaign } from './document.ts'
import { campaignWords } from './words.ts'

type Member = Answer<'listCampaignAccounts'>['items'][number]
const STAGES = ['not_told', 'told'] as const

/** Who could claim and what each would get: also of a draft, before anything is given. */
export function Audience({ own }: { readonly own: Campaign }) {
  const words = useWords(campaignWords)
  const kit = useWords(kitWords)
  const [search, change] = useUrlState()
  const stage = choiceOf(search, 'stage', STAGES)
  const { query, more } = useListing(['campaign', own.campaign_id, 'audience', stage], (options) =>
    api.campaigns.accounts(own.campaign_id, { stage }, options),
  )
  const columns = useColumns(own)
  return (
    <Panel
      title={words.dryRun}
      actions={
        <Choices
          label={words.audienceStage}
          value={stage}
          options={STAGES.map((value) => ({ value, label: words.audienceStages[value] }))}
          onChange={(value) => change({ stage: value })}
        />
      }
    >
      <Muted>{words.dryRunLead}</Muted>
      <Loaded query={query}>
        {({ items, hasMore }) => (
          <>
            <Table
              name={words.dryRun}
              columns={columns}
              rows={items}
              rowKey={({ account_id }) => account_id}
              empty={<Empty title={words.noAudience} />}
            />
            {hasMore && <Button onClick={more}>{kit.more}</Button>}
          </>
        )}
      </Loaded>
    </Panel>
  )
}

function useColumns(own: Campaign): Column<Member>[] {
  const words = useWords(campaignWords)
  return [
    {
      id: 'account',
      label: words.account,
      cell: ({ account_id, name }) => (
        <Link to={`/support/accounts/${account_id}` as never}>{name || account_id}</Link>
      ),
    },
    { id: 'plan', label: words.plan, priority: 2, cell: ({ plan }) => plan },
    {
      id: 'standing',
      label: words.standing,
      cell: ({ standing }) => words.standings[standing],
    },
    {
      id: 'amount',
      label: words.amount,
      numeric: true,
      cell: ({ amount }) => <Money amount={amount} currency={own.document.currency} />,
    },
    {
      id: 'until',
      label: words.claimUntil,
      priority: 1,
      cell: ({ claim_until }) => claim_until && <Time at={claim_until} />,
    },
  ]
}
