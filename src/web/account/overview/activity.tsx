import { useQuery } from '@tanstack/react-query'
import { type AccountState, type CallListed, take } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Amount, Loaded, Money, Muted, Panel, Table, Time } from '../../kit/index.ts'
import { figureOf } from '../../parts/cost.ts'
import { FirstCall } from '../../parts/first-call.tsx'
import { ReceiptLink, ScreenLink } from '../../parts/screen-link.tsx'
import { overviewWords } from './words.ts'

const LAST_CALLS = 5

/** The last calls, each a link to its receipt; a first call to copy where there is none. */
export function LastCalls({ account }: { readonly account: string }) {
  const words = useWords(overviewWords)
  const may = useMay()
  const query = useQuery({
    queryKey: accountKey(account, 'calls', 'last'),
    queryFn: ({ signal }) =>
      take(api.calls.list(account, { limit: LAST_CALLS }, { signal }), LAST_CALLS),
    enabled: may('use_read'),
  })
  return (
    <Panel
      title={words.calls}
      actions={
        <ScreenLink account={account} screen="live" optional>
          {words.callsAll}
        </ScreenLink>
      }
    >
      <Loaded query={query}>
        {(calls) =>
          calls.length === 0 ? (
            <FirstCall title={words.firstTitle} text={words.firstText} label={words.firstLabel}>
              {words.firstNote}
            </FirstCall>
          ) : (
            <CallTable account={account} calls={calls} />
          )
        }
      </Loaded>
    </Panel>
  )
}

function CallTable({
  account,
  calls,
}: {
  readonly account: string
  readonly calls: readonly CallListed[]
}) {
  const words = useWords(overviewWords)
  const { verdicts } = wordsOf(useLang())
  return (
    <Table
      name={words.calls}
      rows={calls}
      rowKey={({ receipt_id }) => receipt_id}
      columns={[
        {
          id: 'time',
          label: words.time,
          cell: ({ event_at, receipt_id }) => (
            <ReceiptLink account={account} receipt={receipt_id}>
              <Time at={event_at} form="call" />
            </ReceiptLink>
          ),
        },
        {
          id: 'model',
          label: words.model,
          priority: 2,
          cell: ({ served }) => served.model.served ?? served.model.requested,
        },
        { id: 'verdict', label: words.verdict, cell: ({ verdict }) => verdicts[verdict.code] },
        {
          id: 'cost',
          label: words.cost,
          numeric: true,
          cell: (call) => <Amount {...figureOf(call)} currency={call.currency} />,
        },
      ]}
    />
  )
}

/** What calls in flight hold. */
export function InFlight({ state }: { readonly state: AccountState }) {
  const words = useWords(overviewWords)
  const lang = useLang()
  const { holds, open_holds, currency } = state
  return (
    <Panel title={words.flight} asOf={state}>
      <Table
        name={words.flight}
        rows={holds}
        rowKey={({ call_id, at }) => `${call_id} ${at}`}
        empty={<Muted>{words.flightEmpty}</Muted>}
        columns={[
          { id: 'time', label: words.time, cell: ({ at }) => <Time at={at} form="time" /> },
          { id: 'model', label: words.model, cell: ({ model }) => model },
          {
            id: 'money',
            label: words.flightMoney,
            numeric: true,
            cell: ({ money }) => <Amount amount={money} currency={currency} basis="held" />,
          },
          {
            id: 'included',
            label: words.flightIncluded,
            numeric: true,
            cell: ({ included }) => <Money amount={included} currency={currency} />,
          },
          {
            id: 'until',
            label: words.flightUntil,
            priority: 1,
            cell: ({ expires_at }) => <Time at={expires_at} form="time" />,
          },
        ]}
      />
      {open_holds > holds.length && (
        <Muted>{words.flightMore(count(open_holds - holds.length, lang))}</Muted>
      )}
    </Panel>
  )
}
