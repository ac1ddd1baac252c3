import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type AccountState, type Answer, take } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useReader } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Loaded, Muted, Panel, Stack, Time, useMoneyText } from '../../kit/index.ts'
import { alertPath } from '../../parts/alert-path.ts'
import { ReceiptLink, ScreenLink } from '../../parts/screen-link.tsx'
import { Group } from './group.tsx'
import { Resets } from './resets.tsx'
import { overviewWords } from './words.ts'

const SHOWN = 3

/** What somebody should look at: offers, cases, own findings, alerts, resets that can be used. */
export function Attention({ state }: { readonly state: AccountState }) {
  const words = useWords(overviewWords)
  const account = state.account_id
  const query = useAttention(account)
  return (
    <Panel title={words.attention}>
      <Loaded query={query}>
        {(found) => (
          <Stack gap={4}>
            <Offers account={account} offers={found.offers} />
            <Resets state={state} />
            <Cases account={account} cases={found.cases} />
            <Findings account={account} findings={found.findings} />
            <Alerts account={account} alerts={found.alerts} />
            {isNothing(found) && !state.resets?.length && <Muted>{words.attentionEmpty}</Muted>}
          </Stack>
        )}
      </Loaded>
    </Panel>
  )
}

/** The beginning of each list, as far as the reader may see it. */
function useAttention(account: string) {
  const may = useMay()
  const reader = useReader()
  return useQuery({
    queryKey: accountKey(account, 'attention', reader),
    queryFn: async ({ signal }) => {
      const none = Promise.resolve([])
      const [alerts, cases, findings, campaigns] = await Promise.all([
        may('alerts_read')
          ? take(api.alerts.list(account, { ...reader, limit: SHOWN }, { signal }), SHOWN)
          : none,
        may('cases_read') ? take(api.disputes.list(account, { limit: 20 }, { signal }), 20) : none,
        may('findings_read')
          ? take(api.findings.list(account, { limit: SHOWN }, { signal }), SHOWN)
          : none,
        may('offers_read') ? api.campaigns.ofAccount(account, reader, { signal }) : null,
      ])
      const offers = (campaigns?.items ?? []).filter(({ standing }) => standing === 'claimable')
      return { alerts, cases: cases.filter(isOpen), findings, offers }
    },
  })
}

function Cases({
  account,
  cases,
}: {
  readonly account: string
  readonly cases: Answer<'listDisputes'>['items']
}) {
  const words = useWords(overviewWords)
  return (
    <Group title={words.cases} items={cases} keyOf={({ case_id }) => case_id}>
      {(one) => (
        <>
          <Link to={`/a/${account}/disputes/${one.case_id}`}>{one.case_id}</Link>{' '}
          <Time at={one.updated_at} />
        </>
      )}
    </Group>
  )
}

/** Each leads to what it speaks of. */
function Alerts({
  account,
  alerts,
}: {
  readonly account: string
  readonly alerts: Answer<'listAlerts'>['items']
}) {
  const words = useWords(overviewWords)
  return (
    <Group
      title={words.alerts}
      items={alerts}
      keyOf={({ notification_id }) => notification_id}
      more={
        <ScreenLink account={account} screen="alerts" optional>
          {words.allAlerts}
        </ScreenLink>
      }
    >
      {({ message, at, facts }) => {
        const path = alertPath(facts)
        return (
          <>
            {path === null ? (
              message.title
            ) : (
              <Link to={`/a/${account}/${path.screen}`} search={path.search as never}>
                {message.title}
              </Link>
            )}{' '}
            <Muted>
              <Time at={at} />
            </Muted>
          </>
        )
      }}
    </Group>
  )
}

const isNothing = (found: Readonly<Record<string, readonly unknown[]>>): boolean =>
  Object.values(found).every((items) => items.length === 0)

const CLOSED: readonly string[] = ['closed', 'withdrawn', 'merged', 'settled']

const isOpen = ({ state }: { readonly state: string }): boolean => !CLOSED.includes(state)

function Offers({
  account,
  offers,
}: {
  readonly account: string
  readonly offers: Answer<'listAccountCampaigns'>['items']
}) {
  const words = useWords(overviewWords)
  const money = useMoneyText()
  return (
    <Group title={words.offers} items={offers} keyOf={({ campaign_id }) => campaign_id}>
      {({ name, currency, evaluation }) => (
        <>
          <ScreenLink account={account} screen="credits">
            {evaluation.amount === null
              ? name
              : words.offer(name, money(evaluation.amount, currency))}
          </ScreenLink>{' '}
          {evaluation.claim_until !== null && (
            <Muted>
              {words.offerUntil}: <Time at={evaluation.claim_until} />
            </Muted>
          )}
        </>
      )}
    </Group>
  )
}

function Findings({
  account,
  findings,
}: {
  readonly account: string
  readonly findings: Answer<'listAccountFindings'>['items']
}) {
  const words = useWords(overviewWords)
  const money = useMoneyText()
  const { given, open } = words.findingStatus
  return (
    <Group title={words.findings} items={findings} keyOf={({ finding_key }) => finding_key}>
      {({ receipts: [receipt], difference, currency, status, found_at }) => {
        const text = words.finding(money(difference, currency))
        return (
          <>
            {receipt === undefined ? (
              text
            ) : (
              <ReceiptLink account={account} receipt={receipt}>
                {text}
              </ReceiptLink>
            )}{' '}
            · {status === 'remedied' ? given : open}{' '}
            <Muted>
              <Time at={found_at} />
            </Muted>
          </>
        )
      }}
    </Group>
  )
}
