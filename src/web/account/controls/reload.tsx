import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { accountKey, useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Confirm,
  Empty,
  Facts,
  Loaded,
  Money,
  Muted,
  Panel,
  Stack,
  StateWord,
  Time,
} from '../../kit/index.ts'
import { useOrder } from '../../parts/use-order.ts'
import { ReloadForm } from './reload-form.tsx'
import { reloadWords } from './reload-words.ts'

type Reload = Answer<'getAutoReload'>

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
  return (
    <Stack gap={5}>
      <Panel
        title={words.title}
        asOf={reload.data}
        actions={mayWrite && reload.data?.terms && <TurnOff account={account} />}
      >
        <Loaded query={reload}>
          {(known) => <Standing reload={known} currency={currency ?? null} />}
        </Loaded>
      </Panel>
      {mayWrite && currency !== undefined && reload.data && (
        <Panel title={reload.data.terms ? words.formNew : words.form}>
          <ReloadForm account={account} currency={currency} />
        </Panel>
      )}
      {!mayWrite && <Muted>{words.readOnly}</Muted>}
    </Stack>
  )
}

function Standing({
  reload,
  currency,
}: {
  readonly reload: Reload
  readonly currency: string | null
}) {
  const words = useWords(reloadWords)
  const { terms, stopped } = reload
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
        {stopped ? (
          <StateWord tone="danger">
            {words.stopped} <Time at={stopped.at} />
          </StateWord>
        ) : (
          <StateWord tone="ok">{words.on}</StateWord>
        )}
      </div>
      <p>{reload.due ? words.due : words.waits}</p>
      <Facts
        rows={[
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

function TurnOff({ account }: { readonly account: string }) {
  const words = useWords(reloadWords)
  const order = useOrder(account, (_: 'off', sending) => api.autoReload.end(account, sending))
  return (
    <>
      <Button icon="pause" onClick={order.open}>
        {words.turnOff}
      </Button>
      <Confirm
        title={words.offTitle}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.turnOff}
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform('off')}
      >
        <p>{words.offSays}</p>
      </Confirm>
    </>
  )
}
