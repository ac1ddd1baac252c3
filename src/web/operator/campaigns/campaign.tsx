import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api } from '../../app/client.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { CodeBlock, Loaded, PageHead, Panel, Stack, Steps, Tabs, Time } from '../../kit/index.ts'
import { textOf, wordFor } from '../../parts/facts.ts'
import { Actions } from './actions.tsx'
import { Audience } from './audience.tsx'
import { Builder } from './builder.tsx'
import { CampaignState, NEW } from './campaigns.tsx'
import { Claims } from './claims.tsx'
import { Comparison } from './comparison.tsx'
import type { Campaign } from './document.ts'
import { Overview } from './overview.tsx'
import { campaignWords } from './words.ts'

const TABS = ['overview', 'audience', 'claims', 'comparison', 'terms', 'history'] as const
type Tab = (typeof TABS)[number]

/** One campaign: what it does and what it costs; or a new one. */
export default function CampaignScreen() {
  const { campaign } = useParams({ strict: false }) as { readonly campaign?: string }
  if (campaign === NEW) return <Builder />
  return <Written id={campaign ?? ''} />
}

function Written({ id }: { readonly id: string }) {
  const words = useWords(campaignWords)
  const [search, change] = useUrlState()
  const tab = choiceOf(search, 'tab', TABS)
  const query = useQuery({
    queryKey: ['campaign', id],
    queryFn: ({ signal }) => api.campaigns.get(id, { signal }),
    refetchInterval: 15_000,
  })
  return (
    <Loaded query={query}>
      {(own) => (
        <Stack gap={4}>
          <PageHead
            title={own.document.name}
            lead={
              <>
                <code>{own.campaign_id}</code> · <CampaignState status={own.status} />
                {own.announced_at !== null && (
                  <>
                    {' '}
                    · {words.announcedAt} <Time at={own.announced_at} />
                  </>
                )}
              </>
            }
            actions={<Actions own={own} />}
          />
          <Tabs<Tab>
            label={words.views}
            tabs={TABS.map((tabId) => ({ id: tabId, label: words.tabs[tabId] }))}
            value={tab}
            onChange={(next) => change({ tab: next === 'overview' ? undefined : next })}
          >
            <Stack gap={4}>
              <View own={own} tab={tab} />
            </Stack>
          </Tabs>
        </Stack>
      )}
    </Loaded>
  )
}

function View({ own, tab }: { readonly own: Campaign; readonly tab: Tab }) {
  if (tab === 'overview') return <Overview own={own} />
  if (tab === 'audience') return <Audience own={own} />
  if (tab === 'claims') return <Claims own={own} />
  if (tab === 'comparison') return <Comparison id={own.campaign_id} />
  if (tab === 'terms') return <Terms own={own} />
  return <History id={own.campaign_id} />
}

function Terms({ own }: { readonly own: Campaign }) {
  const words = useWords(campaignWords)
  return (
    <Panel title={words.document}>
      {own.document.source && (
        <p>
          {words.source}: <code>{own.document.source}</code>
        </p>
      )}
      <CodeBlock text={JSON.stringify(own.document, null, 2)} label={words.document} />
    </Panel>
  )
}

function History({ id }: { readonly id: string }) {
  const words = useWords(campaignWords)
  const query = useQuery({
    queryKey: ['campaign', id, 'changes'],
    queryFn: ({ signal }) => api.campaigns.changes(id, { signal }),
  })
  return (
    <Panel title={words.history} asOf={query.data}>
      <Loaded query={query}>
        {({ changes }) => (
          <Steps
            name={words.history}
            steps={changes.map(({ at, change, actor, body }) => ({
              id: `${at} ${change}`,
              title: wordFor(words.changes, change),
              detail: (
                <>
                  <Time at={at} /> · {actor.id}
                  {textOf(body.budget) !== '' && ` · ${textOf(body.budget)}`}
                  {textOf(body.claims) !== '' && ` · ${textOf(body.claims)}`}
                </>
              ),
              state: 'done' as const,
            }))}
          />
        )}
      </Loaded>
    </Panel>
  )
}
