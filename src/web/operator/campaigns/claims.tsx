import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  type Column,
  Confirm,
  Empty,
  Loaded,
  Money,
  Muted,
  Panel,
  Row,
  Stack,
  StateWord,
  Table,
  TextArea,
  Time,
  type Tone,
  useMoneyText,
} from '../../kit/index.ts'
import { wordFor } from '../../parts/facts.ts'
import { useListing } from '../../parts/listing.ts'
import { kitWords } from '../../words/kit.ts'
import type { Campaign } from './document.ts'
import { campaignWords } from './words.ts'

type Claim = Answer<'listClaims'>['items'][number]
type Decision = 'release' | 'reject'

const STATES = ['any', 'held', 'taken', 'granted', 'rejected'] as const

const TONES: Readonly<Record<Claim['state'], Tone>> = {
  held: 'warn',
  taken: 'accent',
  granted: 'ok',
  rejected: 'muted',
}

/** Who has claimed, what was found about it, and what a person makes of it. */
export function Claims({ own }: { readonly own: Campaign }) {
  const words = useWords(campaignWords)
  const kit = useWords(kitWords)
  const [search, change] = useUrlState()
  const [chosen, setChosen] = useState<{ readonly claim: Claim; readonly decision: Decision }>()
  const state = choiceOf(search, 'claims', STATES)
  const { query, more } = useListing(['campaign', own.campaign_id, 'claims', state], (options) =>
    api.campaigns.claims(own.campaign_id, state === 'any' ? {} : { state }, options),
  )
  const columns = useColumns(own, (claim, decision) => setChosen({ claim, decision }))
  return (
    <Panel
      title={words.claims}
      actions={
        <Choices
          label={words.claimFilter}
          value={state}
          options={STATES.map((value) => ({ value, label: words.claimStates[value] }))}
          onChange={(value) => change({ claims: value === 'any' ? undefined : value })}
        />
      }
    >
      <Loaded query={query}>
        {({ items, hasMore }) => (
          <>
            <Table
              name={words.claims}
              columns={columns}
              rows={items}
              rowKey={({ account_id, period }) => `${account_id} ${period}`}
              empty={<Empty title={words.noClaims} />}
            />
            {hasMore && <Button onClick={more}>{kit.more}</Button>}
          </>
        )}
      </Loaded>
      {chosen && (
        <Decide
          key={`${chosen.claim.account_id} ${chosen.claim.period} ${chosen.decision}`}
          own={own}
          {...chosen}
          onClose={() => setChosen(undefined)}
        />
      )}
    </Panel>
  )
}

function useColumns(
  own: Campaign,
  onDecide: (claim: Claim, decision: Decision) => void,
): Column<Claim>[] {
  const words = useWords(campaignWords)
  return [
    {
      id: 'account',
      label: words.account,
      cell: ({ account_id }) => (
        <Link to={`/support/accounts/${account_id}` as never}>{account_id}</Link>
      ),
    },
    {
      id: 'amount',
      label: words.amount,
      numeric: true,
      cell: ({ amount }) => <Money amount={amount} currency={own.document.currency} />,
    },
    {
      id: 'state',
      label: words.state,
      cell: (claim) => <ClaimState claim={claim} />,
    },
    { id: 'findings', label: words.findings, cell: (claim) => <Findings claim={claim} /> },
    {
      id: 'at',
      label: words.claimedAt,
      priority: 1,
      cell: ({ claimed_at }) => <Time at={claimed_at} />,
    },
    {
      id: 'decide',
      label: words.reason,
      cell: (claim) =>
        claim.state === 'held' && (
          <Row>
            <Button size="small" onClick={() => onDecide(claim, 'release')}>
              {words.release}
            </Button>
            <Button size="small" kind="danger" onClick={() => onDecide(claim, 'reject')}>
              {words.reject}
            </Button>
          </Row>
        ),
    },
  ]
}

function ClaimState({ claim: { state, review_reason, reviewed_by } }: { readonly claim: Claim }) {
  const words = useWords(campaignWords)
  return (
    <Stack gap={1}>
      <StateWord tone={TONES[state]}>{words.claimStates[state]}</StateWord>
      {review_reason !== null && (
        <Muted>
          {review_reason} ({reviewed_by})
        </Muted>
      )}
    </Stack>
  )
}

function Findings({ claim }: { readonly claim: Claim }) {
  const words = useWords(campaignWords)
  return (
    <ul>
      {claim.findings.map((found) => (
        <li key={`${found.code} ${found.signal ?? ''} ${found.account_id ?? ''}`}>
          {found.signal !== undefined && found.accounts !== undefined
            ? words.sharedBy(
                words.signals[found.signal],
                String(found.accounts),
                String(found.accounts_max ?? ''),
              )
            : [wordFor(words.findingWords, found.code), found.signal && words.signals[found.signal]]
                .filter(Boolean)
                .join(' · ')}
          {found.account_id !== undefined && <> {found.account_id}</>}
        </li>
      ))}
    </ul>
  )
}

function Decide({
  own,
  claim,
  decision,
  onClose,
}: {
  readonly own: Campaign
  readonly claim: Claim
  readonly decision: Decision
  readonly onClose: () => void
}) {
  const words = useWords(campaignWords)
  const money = useMoneyText()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const [isTried, setTried] = useState(false)
  const isRelease = decision === 'release'
  const order = useMutation({
    mutationFn: () =>
      api.campaigns[isRelease ? 'releaseClaim' : 'rejectClaim'](own.campaign_id, claim.account_id, {
        reason: reason.trim(),
        ...(claim.period !== '' && { period: claim.period }),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['campaign', own.campaign_id] })
      onClose()
    },
  })
  const amount = money(claim.amount, own.document.currency)
  const isMissing = reason.trim() === ''
  return (
    <Confirm
      title={(isRelease ? words.release : words.reject).replace('…', '')}
      open
      onClose={onClose}
      confirm={isRelease ? words.releaseDo(amount) : words.rejectDo(amount)}
      danger={!isRelease}
      busy={order.isPending}
      error={order.error}
      onConfirm={() => {
        setTried(true)
        if (!isMissing) order.mutate()
      }}
    >
      <p>{(isRelease ? words.releaseLead : words.rejectLead)(claim.account_id)}</p>
      <Findings claim={claim} />
      <TextArea
        label={words.reason}
        hint={words.reasonHint}
        value={reason}
        maxLength={500}
        error={isTried && isMissing ? words.reasonMissing : undefined}
        onChange={(event) => setReason(event.target.value)}
      />
    </Confirm>
  )
}
