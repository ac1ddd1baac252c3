import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type Answer, EverycentProblem } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { accountKey, useAccountId } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang, useReader } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Empty,
  Facts,
  Loaded,
  Muted,
  Notice,
  PageHead,
  Panel,
  Split,
  Stack,
  Time,
} from '../../kit/index.ts'
import { Downloads } from '../../parts/download.tsx'
import { PostingsTable } from '../../parts/postings-table.tsx'
import { ReceiptLink, ScreenLink } from '../../parts/screen-link.tsx'
import { Fee } from './fee.tsx'
import { PlanOfEntry } from './plan.tsx'
import { entryWords } from './words.ts'

type Explained = Answer<'getEntry'>
export type Entry = Explained['entry']

/** Absent and forbidden look the same. */
const isAbsent = (error: unknown): boolean =>
  error instanceof EverycentProblem &&
  (error.code === 'entry_unknown' || error.code === 'invalid_request')

/** One journal entry: what a fee, a purchase or a change of plan is made of. */
export default function EntryScreen() {
  const account = useAccountId()
  const { entry: seq = '' } = useParams({ strict: false }) as { readonly entry?: string }
  const reader = useReader()
  const query = useQuery({
    queryKey: accountKey(account, 'entry', seq, reader),
    queryFn: ({ signal }) => api.accounts.entry(account, Number(seq), reader, { signal }),
    retry: false,
  })
  if (query.data === undefined && isAbsent(query.error)) return <Absent account={account} />
  return <Loaded query={query}>{(own) => <Whole account={account} own={own} />}</Loaded>
}

function Absent({ account }: { readonly account: string }) {
  const words = useWords(entryWords)
  return (
    <Notice
      tone="info"
      title={words.absentTitle}
      actions={
        <ScreenLink account={account} screen="">
          {words.absentLink}
        </ScreenLink>
      }
    >
      <p>{words.absentText}</p>
    </Notice>
  )
}

function Whole({ account, own }: { readonly account: string; readonly own: Explained }) {
  const words = useWords(entryWords)
  const lang = useLang()
  const { entryKinds } = wordsOf(lang)
  const { entry, sentences } = own
  return (
    <>
      <PageHead
        title={words.title(count(entry.seq, lang))}
        lead={
          <>
            {entryKinds[entry.kind]} · <Time at={entry.at} />
          </>
        }
        actions={<Files entry={entry} />}
      />
      <Split
        main={
          <>
            <Panel title={words.words} asOf={own}>
              <ul>
                {sentences.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </Panel>
            <Fee entry={entry} />
            <Postings entry={entry} />
          </>
        }
        aside={
          <>
            <PlanOfEntry entry={entry} />
            <Proof account={account} entry={entry} />
          </>
        }
      />
    </>
  )
}

function Files({ entry }: { readonly entry: Entry }) {
  const words = useWords(entryWords)
  const read = () => Promise.resolve(new TextEncoder().encode(JSON.stringify(entry, null, 2)))
  const name = `entry-${entry.seq}.json`
  return (
    <Downloads
      label={words.files}
      size="small"
      files={[{ id: 'json', label: words.json, name, type: 'application/json', read }]}
    />
  )
}

function Postings({ entry }: { readonly entry: Entry }) {
  const words = useWords(entryWords)
  const rows = entry.postings.map(
    ([ledger_account = '', asset = '', amount = '0', lot_id = null]) => ({
      seq: entry.seq,
      ledger_account,
      asset,
      amount,
      lot_id,
    }),
  )
  return (
    <Panel title={words.postings}>
      {rows.length === 0 ? (
        <Empty title={words.noPostings} />
      ) : (
        <Stack gap={2}>
          <Muted>{words.postingsLead}</Muted>
          <PostingsTable rows={rows} currency={entry.currency} />
        </Stack>
      )}
    </Panel>
  )
}

function Proof({ account, entry }: { readonly account: string; readonly entry: Entry }) {
  const words = useWords(entryWords)
  const { entryKinds } = wordsOf(useLang())
  const { receipt_id: receipt, actor } = entry
  return (
    <Panel title={words.proof}>
      <Facts
        rows={[
          [words.kind, entryKinds[entry.kind]],
          [words.at, <Time key="at" at={entry.at} />],
          [words.eventAt, <Time key="event" at={entry.event_at} />],
          [words.actor, <code key="actor">{`${actor.type} ${actor.id}`}</code>],
          [words.request, <code key="request">{entry.request_id}</code>],
          ...(receipt === undefined
            ? []
            : [
                [
                  words.receipt,
                  <ReceiptLink key="receipt" account={account} receipt={receipt}>
                    <code>{receipt}</code>
                  </ReceiptLink>,
                ] as const,
              ]),
          [words.hash, <code key="hash">{entry.hash}</code>],
        ]}
      />
    </Panel>
  )
}
