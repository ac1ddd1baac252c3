import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { type AccountState, type Answer, take } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Confirm,
  Loaded,
  Muted,
  Panel,
  Stack,
  Time,
  useMoneyText,
} from '../../kit/index.ts'
import { useNames } from '../../parts/names.ts'
import { ReceiptLink, ScreenLink } from '../../parts/screen-link.tsx'
import css from './overview.module.css'
import { overviewWords } from './words.ts'

const SHOWN = 3

/** What somebody should look at: offers, cases, own findings, alerts, resets that can be used. */
export function Attention({ state }: { readonly state: AccountState }) {
  const words = useWords(overviewWords)
  const account = state.account_id
  const may = useMay()
  const lang = useLang()
  const time_zone = useTimeZone()
  const query = useQuery({
    queryKey: accountKey(account, 'attention', lang, time_zone),
    queryFn: async ({ signal }) => {
      const none = Promise.resolve([])
      const [alerts, cases, findings, campaigns] = await Promise.all([
        may('alerts_read')
          ? take(api.alerts.list(account, { lang, time_zone, limit: SHOWN }, { signal }), SHOWN)
          : none,
        may('cases_read') ? take(api.disputes.list(account, { limit: 20 }, { signal }), 20) : none,
        may('findings_read')
          ? take(api.findings.list(account, { limit: SHOWN }, { signal }), SHOWN)
          : none,
        may('offers_read') ? api.campaigns.ofAccount(account, { lang }, { signal }) : null,
      ])
      const offers = (campaigns?.items ?? []).filter(({ standing }) => standing === 'claimable')
      return { alerts, cases: cases.filter(isOpen), findings, offers }
    },
  })
  return (
    <Panel title={words.attention}>
      <Loaded query={query}>
        {(found) => (
          <Stack gap={4}>
            <Offers account={account} offers={found.offers} />
            <Resets state={state} />
            <Group title={words.cases} items={found.cases} keyOf={({ case_id }) => case_id}>
              {(one) => (
                <>
                  <ScreenLink account={account} screen="disputes">
                    {one.case_id}
                  </ScreenLink>{' '}
                  <Time at={one.updated_at} />
                </>
              )}
            </Group>
            <Findings account={account} findings={found.findings} />
            <Group
              title={words.alerts}
              items={found.alerts}
              keyOf={({ notification_id }) => notification_id}
            >
              {({ message, at }) => (
                <>
                  {message.title}{' '}
                  <Muted>
                    <Time at={at} />
                  </Muted>
                </>
              )}
            </Group>
            {isNothing(found) && !state.resets?.length && <Muted>{words.attentionEmpty}</Muted>}
          </Stack>
        )}
      </Loaded>
    </Panel>
  )
}

const isNothing = (found: Readonly<Record<string, readonly unknown[]>>): boolean =>
  Object.values(found).every((items) => items.length === 0)

const CLOSED: readonly string[] = ['closed', 'withdrawn', 'merged', 'settled']

const isOpen = ({ state }: { readonly state: string }): boolean => !CLOSED.includes(state)

/** A named list; nothing at all where it is empty. */
function Group<Item>({
  title,
  items,
  keyOf,
  children,
}: {
  readonly title: string
  readonly items: readonly Item[]
  readonly keyOf: (item: Item) => string
  readonly children: (item: Item) => ReactNode
}) {
  if (items.length === 0) return null
  return (
    <div className={css.group}>
      <h3>{title}</h3>
      <ul className={css.plain}>
        {items.map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
    </div>
  )
}

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

type Reset = NonNullable<AccountState['resets']>[number]

/** Resets that are banked: each makes one window begin anew, once. */
function Resets({ state }: { readonly state: AccountState }) {
  const words = useWords(overviewWords)
  const may = useMay()
  const names = useNames()
  const [asked, setAsked] = useState<{ readonly reset: Reset; readonly window: string } | null>(
    null,
  )
  const windowsOf = ({ window_id }: Reset): readonly string[] =>
    window_id === null ? state.windows.map(({ id }) => id) : [window_id]
  return (
    <>
      <Group title={words.resets} items={state.resets ?? []} keyOf={({ id }) => id}>
        {(reset) => (
          <>
            {reset.name}{' '}
            <Muted>
              {words.expires}: <Time at={reset.expires_at} />
            </Muted>{' '}
            {may('offers_take') &&
              windowsOf(reset).map((window) => (
                <Button key={window} size="small" onClick={() => setAsked({ reset, window })}>
                  {words.resetUse(names.window(window))}
                </Button>
              ))}
          </>
        )}
      </Group>
      {asked && <UseReset account={state.account_id} {...asked} onClose={() => setAsked(null)} />}
    </>
  )
}

function UseReset({
  account,
  reset,
  window,
  onClose,
}: {
  readonly account: string
  readonly reset: Reset
  readonly window: string
  readonly onClose: () => void
}) {
  const words = useWords(overviewWords)
  const names = useNames()
  const use = useMutation({
    mutationFn: () => api.subscriptions.redeemReset(account, reset.id, { window_id: window }),
    onSuccess: onClose,
  })
  return (
    <Confirm
      open
      title={words.resetTitle}
      confirm={words.resetConfirm}
      busy={use.isPending}
      error={use.error}
      onClose={onClose}
      onConfirm={() => use.mutate()}
    >
      <p>{words.resetAsk(reset.name, names.window(window))}</p>
    </Confirm>
  )
}
