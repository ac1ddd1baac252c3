import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Receipt } from '../../../client/index.ts'
import { receiptId } from '../../../contract/receipt/receipt-id.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  CodeBlock,
  Disclosure,
  Facts,
  Loaded,
  Muted,
  Notice,
  Panel,
  Stack,
  Time,
} from '../../kit/index.ts'
import { PostingsTable } from '../../parts/postings-table.tsx'
import { useScreenPath } from '../../parts/screen-link.tsx'
import { outputCounted } from './formula.ts'
import { receiptWords } from './words.ts'

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

type Fact = readonly [name: string, value: string | null, to?: string | undefined]

/** Facts that there are; ids stand in the type of code. */
const known = (facts: readonly Fact[]) =>
  facts.flatMap(([name, value, to]) => {
    if (value === null) return []
    const code = <code key={name}>{value}</code>
    return [
      [
        name,
        to === undefined ? (
          code
        ) : (
          <Link key={name} to={to}>
            {code}
          </Link>
        ),
      ] as const,
    ]
  })

/** The receipt of the call that this one was made for. */
const receiptPath = (account: string, callId: string): string =>
  `/a/${account}/receipts/${receiptId(callId)}`

/** What proves it: ids of the provider, both counts, the hashes, and the place in the public log. */
export function Evidence({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const { evidence, evidence_removed_at: removedAt } = receipt
  return (
    <Panel title={words.evidence}>
      {removedAt !== null && (
        <p>
          {words.removed} <Time at={removedAt} />.
        </p>
      )}
      <Facts rows={[...useCounts(receipt), ...known(useIds(receipt)), useMadeFor(receipt)]} />
      <Disclosure title={words.raw}>
        <CodeBlock text={JSON.stringify(evidence, null, 2)} label={words.raw} />
      </Disclosure>
      <Postings receipt={receipt} />
      <Seal receipt={receipt} />
    </Panel>
  )
}

function useIds({ evidence, call, served, ...receipt }: Receipt): Fact[] {
  const words = useWords(receiptWords)
  const { account_id: account } = receipt
  const { parent_call_id: parent } = call
  return [
    [words.requested, served.model.requested],
    [words.served, served.model.served],
    [words.upstreamId, textOf(evidence.upstream_request_id)],
    [words.messageId, textOf(evidence.message_id)],
    [words.callId, receipt.call_id],
    [words.idempotency, receipt.entries[0]?.request_id ?? null],
    [words.key, call.key_id],
    [words.member, call.member_id],
    [words.project, call.project_id],
    [words.session, call.session_id],
    [words.madeFor, parent, parent === null ? undefined : receiptPath(account, parent)],
    [words.tags, call.tags.length === 0 ? null : call.tags.join(' ')],
    [words.client, call.client],
    [words.route, call.route],
    [words.evidenceHash, receipt.evidence_sha256],
    [words.hash, receipt.hash],
  ]
}

/** Calls that were made for this one are found by their parent. */
function useMadeFor({ account_id: account, call_id }: Receipt) {
  const words = useWords(receiptWords)
  const usage = useScreenPath(account)('usage')
  const search = { parent_call_id: call_id, period: 'cycle' } as never
  return [
    words.madeForThis,
    usage === undefined ? (
      '–'
    ) : (
      <Link key="find" to={usage} search={search}>
        {words.madeForFind}
      </Link>
    ),
  ] as const
}

function useCounts(receipt: Receipt) {
  const words = useWords(receiptWords)
  const lang = useLang()
  const counted = outputCounted(receipt)
  if (counted === null) return []
  return [
    [words.reported, count(counted.reported, lang)],
    [words.counted, count(counted.counted, lang)],
    [words.difference, count(counted.difference, lang)],
  ] as const
}

/** The proof that the newest entry of this receipt stands in the log, looked up when it is asked for. */
function Seal({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const lang = useLang()
  const [isAsked, setAsked] = useState(false)
  const { account_id: account, seq } = receipt
  const query = useQuery({
    queryKey: accountKey(account, 'sealed_head', seq),
    queryFn: ({ signal }) => api.log.sealedHead(account, { at_least: seq }, { signal }),
    enabled: isAsked,
    retry: false,
  })
  if (!isAsked)
    return (
      <div data-screen-only>
        <Button icon="check" onClick={() => setAsked(true)}>
          {words.verify}
        </Button>
      </div>
    )
  return (
    <Loaded query={query}>
      {(head) => {
        const [, size = '0'] = head.checkpoint.split('\n')
        return (
          <Notice tone="ok" title={words.sealed(`${head.seq}`, count(BigInt(size), lang))}>
            <Stack gap={2}>
              <p>{words.sealedText}</p>
              <Facts
                rows={known([
                  [words.leaf, `${head.index}`],
                  [words.hash, head.hash],
                  [words.signer, head.key],
                ])}
              />
              <Disclosure title={words.path}>
                <CodeBlock text={head.path.join('\n')} label={words.path} />
              </Disclosure>
              <Disclosure title={words.checkpoint}>
                <CodeBlock text={head.checkpoint} label={words.checkpoint} />
              </Disclosure>
            </Stack>
          </Notice>
        )
      }}
    </Loaded>
  )
}

/** What was booked where: every entry of the call, debit and credit. */
function Postings({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const { account_id: account, postings, currency } = receipt
  if (postings.length === 0) return null
  return (
    <Disclosure title={words.postings}>
      <PostingsTable rows={postings} currency={currency} account={account} />
      <Muted>
        {words.hash}: <code>{receipt.hash}</code>
      </Muted>
    </Disclosure>
  )
}
