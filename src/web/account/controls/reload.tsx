import { useQuery } from '@tanstack/react-query'
import { accountKey, useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Empty,
  Facts,
  Loaded,
  Money,
  Muted,
  Panel,
  Row,
  Stack,
  StateWord,
  Time,
} from '../../kit/index.ts'
import { PauseReload, ResumeReload, TurnOffReload } from './reload-actions.tsx'
import { LastReloads } from './reload-charges.tsx'
import { ReloadForm } from './reload-form.tsx'
import type { Reload } from './reload-terms.ts'
import { reloadWords } from './reload-words.ts'

/** What is bought without asking: never on by default, and off at once. */
export function AutoReload({ account }: { readonly account: string }) {
  const words = useWords(reloadWords)
  const mayWrite = useMay()('money_write')
  const state = useAccountState(account)
  const reload = useQuery({
    queryKey: accountKey(account, 'auto_reload'),
    queryFn: ({ signal }) => api.autoReload.get(account, { signal }),
  })
  const currency = state.data?.currency
  const { data } = reload
  return (
    <Stack gap={5}>
      <Panel
        title={words.title}
        asOf={data}
        actions={mayWrite && data?.terms && <Actions account={account} reload={data} />}
      >
        <Loaded query={reload}>
          {(known) => <Standing reload={known} currency={currency ?? null} />}
        </Loaded>
      </Panel>
      <LastReloads account={account} />
      {mayWrite && currency !== undefined && data && (
        <Panel title={data.terms ? words.formNew : words.form}>
          <ReloadForm account={account} currency={currency} known={data} />
        </Panel>
      )}
      {!mayWrite && <Muted>{words.readOnly}</Muted>}
    </Stack>
  )
}

function Actions({ account, reload }: { readonly account: string; readonly reload: Reload }) {
  return (
    <Row>
      {reload.paused_at === null ? (
        reload.stopped === null && <PauseReload account={account} />
      ) : (
        <ResumeReload account={account} />
      )}
      <TurnOffReload account={account} />
    </Row>
  )
}

interface StandingProps {
  readonly reload: Reload
  readonly currency: string | null
}

function Standing({ reload, currency }: StandingProps) {
  const words = useWords(reloadWords)
  const { terms } = reload
  if (!terms)
    return (
      <Empty title={words.off}>
        <p>{words.offWhy}</p>
      </Empty>
    )
  const money = (amount: string) => <Money amount={amount} currency={currency} />
  const each = terms.amount ?? terms.target
  return (
    <Stack>
      <div>
        <StateOf reload={reload} />
      </div>
      {reload.paused_at !== null && <Muted>{words.pausedSays}</Muted>}
      <Facts
        rows={[
          [words.next, <Next key="next" reload={reload} currency={currency} />],
          [words.balance, money(reload.balance)],
          [words.below, money(terms.trigger_below)],
          [terms.amount === null ? words.target : words.buys, money(each ?? '0')],
          [words.day, money(terms.max_per_day)],
          [words.today, money(reload.charged_today)],
          [words.month, money(terms.max_per_month)],
          [words.thisMonth, money(reload.charged_this_month)],
          [words.last, reload.last_at ? <Time key="last" at={reload.last_at} /> : words.never],
        ]}
      />
    </Stack>
  )
}

function StateOf({ reload }: { readonly reload: Reload }) {
  const words = useWords(reloadWords)
  const { stopped, paused_at: paused } = reload
  if (stopped)
    return (
      <StateWord tone="danger">
        {words.stopped} <Time at={stopped.at} />
      </StateWord>
    )
  if (paused === null) return <StateWord tone="ok">{words.on}</StateWord>
  return (
    <StateWord tone="warn" icon="pause">
      {words.paused} <Time at={paused} />
    </StateWord>
  )
}

/** When the card can be charged next, and what has to happen for it. */
function Next({ reload, currency }: StandingProps) {
  const words = useWords(reloadWords)
  const { terms, due, waits_for: wait, next_at: at } = reload
  if (due || wait === null) return words.waits.now
  if (wait === 'enough')
    return (
      <>
        {words.waits.enough} <Money amount={terms?.trigger_below ?? '0'} currency={currency} />
      </>
    )
  return (
    <>
      {words.waits[wait]} {at !== null && <Time at={at} />}
    </>
  )
}
