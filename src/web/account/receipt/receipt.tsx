import type { Receipt } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Amount,
  Button,
  ButtonLink,
  CopyButton,
  Loaded,
  PageHead,
  Row,
  Split,
  Stack,
  StateWord,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { BlockCard, ProviderNotice } from '../../parts/block-card.tsx'
import { figureOf } from '../../parts/cost.ts'
import { Downloads } from '../../parts/download.tsx'
import { useScreenPath } from '../../parts/screen-link.tsx'
import { Attempts, Corrections, Timeline, Trace } from './course.tsx'
import { Evidence } from './evidence.tsx'
import { InWords } from './in-words.tsx'
import { Missing } from './missing.tsx'
import { useBlockCard, useReceipt } from './read.ts'
import css from './receipt.module.css'
import { Lines, Shares } from './sums.tsx'
import { receiptWords } from './words.ts'

/** Why did this cost that, and why from there? */
export default function ReceiptScreen() {
  const { account, query, missing } = useReceipt()
  if (missing !== null) return <Missing account={account} why={missing} />
  return <Loaded query={query}>{(receipt) => <Whole receipt={receipt} />}</Loaded>
}

function Whole({ receipt }: { readonly receipt: Receipt }) {
  const card = useBlockCard(receipt).data
  const { upstream_status: status, code } = receipt.verdict
  const isOfProvider = code === 'not_billed' && status !== null && status >= 429
  return (
    <>
      <Head receipt={receipt} />
      <Stack gap={4}>
        {card && <BlockCard account={receipt.account_id} card={card} />}
        {isOfProvider && <ProviderNotice status={status} />}
        <Split
          main={
            <>
              <Lines receipt={receipt} />
              <Shares receipt={receipt} />
              <Trace receipt={receipt} />
              <Corrections receipt={receipt} />
              <Attempts receipt={receipt} />
              <Evidence receipt={receipt} />
            </>
          }
          aside={
            <>
              <InWords receipt={receipt} />
              <Timeline receipt={receipt} />
            </>
          }
        />
      </Stack>
    </>
  )
}

const TONES: Partial<Record<Receipt['verdict']['code'], Tone>> = {
  refused: 'danger',
  unpriced: 'warn',
  usage_missing: 'warn',
  partial: 'warn',
  charged: 'accent',
}

function Head({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const { verdicts } = wordsOf(useLang())
  const { verdict, served, event_at: at } = receipt
  const model = served.model.served ?? served.model.requested ?? words.unknownModel
  return (
    <PageHead
      title={
        <>
          {words.title} <span className={css.model}>{model}</span>
        </>
      }
      lead={
        <Stack gap={2}>
          <Row gap={3}>
            <span className={css.amount}>
              <Amount {...figureOf(receipt)} currency={receipt.currency} size="large" />
            </span>
            <StateWord tone={TONES[verdict.code] ?? 'ok'}>
              {verdicts[verdict.code]}
              {verdict.upstream_status !== null &&
                verdict.upstream_status >= 400 &&
                ` (HTTP ${verdict.upstream_status})`}
            </StateWord>
          </Row>
          <span>
            <Time at={at} /> · <code>{receipt.receipt_id}</code>
          </span>
        </Stack>
      }
      actions={<Actions receipt={receipt} />}
    />
  )
}

function Actions({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const { account_id: account, receipt_id: id } = receipt
  const disputes = useScreenPath(account)('disputes')
  const json = () => Promise.resolve(new TextEncoder().encode(JSON.stringify(receipt, null, 2)))
  return (
    <div className={css.actions} data-screen-only>
      {disputes !== undefined && (
        <ButtonLink to={disputes} search={{ receipt: id } as never} icon="dispute">
          {words.dispute}
        </ButtonLink>
      )}
      <CopyButton text={`${location.origin}/a/${account}/receipts/${id}`} label={words.copyLink} />
      <Downloads
        label={words.files}
        size="small"
        files={[
          {
            id: 'json',
            label: words.json,
            name: `${id}.json`,
            type: 'application/json',
            read: json,
          },
        ]}
      />
      <Button size="small" icon="file" onClick={() => print()}>
        {words.print}
      </Button>
    </div>
  )
}
