import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { dateTime } from '../../app/format.ts'
import { useLang, useReader, useTimeZone } from '../../app/preferences.ts'
import { useMay, useSession } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Amount,
  Button,
  ButtonLink,
  Confirm,
  Disclosure,
  Empty,
  Facts,
  Loaded,
  Muted,
  Panel,
  StateWord,
  Time,
  type Tone,
  useMoneyText,
} from '../../kit/index.ts'
import { Card, Cards } from '../../parts/card.tsx'
import css from './credits.module.css'
import { Expiry, Scope } from './lots.tsx'
import { creditWords } from './words.ts'

type Offer = Answer<'listAccountCampaigns'>['items'][number]
type Rule = Offer['evaluation']['rules'][number]

const TONES: Readonly<Record<Offer['standing'], Tone>> = {
  claimable: 'accent',
  claimed: 'ok',
  held: 'warn',
  rejected: 'danger',
  not_eligible: 'muted',
  not_yet_open: 'muted',
  over: 'muted',
  exhausted: 'muted',
  paused: 'warn',
  closed: 'muted',
}

/** Every campaign of the account, open or over, with the reason for its standing. */
export function Offers({ account }: { readonly account: string }) {
  const words = useWords(creditWords)
  const reader = useReader()
  const offers = useQuery({
    queryKey: accountKey(account, 'campaigns', reader),
    queryFn: ({ signal }) => api.campaigns.ofAccount(account, reader, { signal }),
  })
  useSeen(account, offers.data?.items ?? [])
  return (
    <Panel title={words.offers} asOf={offers.data}>
      <Loaded query={offers}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.noOffers}>
              <p>{words.noOffersWhy}</p>
            </Empty>
          ) : (
            <Cards name={words.offers}>
              {items.map((offer) => (
                <OfferCard key={offer.campaign_id} account={account} offer={offer} />
              ))}
            </Cards>
          )
        }
      </Loaded>
    </Panel>
  )
}

/** Notes once that the account holder has seen what can be claimed; people of the operator note nothing. */
function useSeen(account: string, offers: readonly Offer[]): void {
  const isHolder = useSession()?.kind === 'member'
  const may = useMay()('offers_take') && isHolder
  const open = offers.filter(({ standing }) => standing === 'claimable')
  const ids = open.map(({ campaign_id }) => campaign_id).join(' ')
  useEffect(() => {
    if (!may || ids === '') return
    // Whether it was noted changes nothing for the reader.
    for (const id of ids.split(' ')) void api.campaigns.markSeen(account, id).catch(() => undefined)
  }, [account, ids, may])
}

function OfferCard({ account, offer }: { readonly account: string; readonly offer: Offer }) {
  const words = useWords(creditWords)
  const { evaluation, claim, currency } = offer
  const amount = claim?.amount ?? evaluation.amount
  const rows: (readonly [string, React.ReactNode])[] = [
    [words.window, <ClaimWindow key="window" offer={offer} />],
    [words.usableFor, <Scope key="scope" scope={offer.scope} />],
    [words.place, words.positions[offer.position]],
    [words.expires, <Expiry key="at" at={claim?.expires_at ?? offer.expires_at} />],
  ]
  if (claim) rows.unshift([words.claimedAt, <Time key="claimed" at={claim.claimed_at} />])
  return (
    <Card
      title={offer.name}
      mark={<StateWord tone={TONES[offer.standing]}>{words.standings[offer.standing]}</StateWord>}
      actions={<OfferActions account={account} offer={offer} />}
    >
      {amount !== null && (
        <Amount amount={amount} currency={currency} basis="credit" size="large" />
      )}
      {offer.explanation.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <Facts rows={rows} />
      <Rules rules={evaluation.rules} open={offer.standing === 'not_eligible'} />
    </Card>
  )
}

function ClaimWindow({ offer }: { readonly offer: Offer }) {
  const words = useWords(creditWords)
  const place = { lang: useLang(), timeZone: useTimeZone() }
  const { claim_from: from, claim_until: until } = offer.evaluation
  const now = new Date(serverNow()).toISOString()
  const begin = dateTime(from, place, now)
  return until === null
    ? words.windowFrom(begin)
    : words.windowTo(begin, dateTime(until, place, now))
}

function OfferActions({ account, offer }: { readonly account: string; readonly offer: Offer }) {
  const words = useWords(creditWords)
  const may = useMay()
  if (offer.standing === 'claimable' && may('offers_take'))
    return <Claim account={account} offer={offer} />
  const isRefused = offer.standing === 'not_eligible' || offer.standing === 'rejected'
  if (!isRefused || !may('cases_open')) return null
  return (
    <>
      <Appeal offer={offer} />
      <ButtonLink
        size="small"
        icon="dispute"
        to={`/a/${account}/disputes` as string}
        search={{ open: 'new', campaign: offer.campaign_id } as never}
      >
        {words.appealDo}
      </ButtonLink>
    </>
  )
}

function Appeal({ offer }: { readonly offer: Offer }) {
  const words = useWords(creditWords)
  const place = { lang: useLang(), timeZone: useTimeZone() }
  const until = offer.evaluation.claim_until
  const when =
    until === null
      ? words.appealNow
      : words.appealUntil(dateTime(until, place, new Date(serverNow()).toISOString()))
  return (
    <Muted>
      {words.appeal} {when}
    </Muted>
  )
}

function Claim({ account, offer }: { readonly account: string; readonly offer: Offer }) {
  const words = useWords(creditWords)
  const money = useMoneyText()
  const queries = useQueryClient()
  const [key, setKey] = useState<string>()
  const claim = useMutation({
    mutationFn: (idempotencyKey: string) =>
      api.campaigns.claim(account, offer.campaign_id, {}, { idempotencyKey }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: accountKey(account) })
      setKey(undefined)
    },
  })
  const amount = money(offer.evaluation.amount ?? '0', offer.currency)
  return (
    <>
      <Button kind="primary" icon="credit" onClick={() => setKey(crypto.randomUUID())}>
        {words.claim(amount)}
      </Button>
      <Confirm
        title={words.claimTitle(offer.name)}
        open={key !== undefined}
        onClose={() => setKey(undefined)}
        confirm={words.claim(amount)}
        busy={claim.isPending}
        error={claim.error}
        onConfirm={() => key !== undefined && claim.mutate(key)}
      >
        {offer.explanation.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <p>{words.claimNote}</p>
      </Confirm>
    </>
  )
}

function Rules({ rules, open }: { readonly rules: readonly Rule[]; readonly open: boolean }) {
  const words = useWords(creditWords)
  const met = rules.filter(({ passed }) => passed).length
  const title = words.conditions(`${met}`, `${rules.length}`)
  return (
    <Disclosure title={title} open={open}>
      <ul className={css.rules} aria-label={title}>
        {rules.map((rule) => (
          <li key={rule.id}>
            <StateWord tone={rule.passed ? 'ok' : 'danger'} icon={rule.passed ? 'check' : 'cross'}>
              {rule.passed ? words.met : words.notMet}
            </StateWord>
            <div>
              <RuleName rule={rule} />
              <Muted>
                {words.needed}: <Value value={rule.expected} /> · {words.actual}:{' '}
                <Value value={rule.actual} />
              </Muted>
            </div>
          </li>
        ))}
      </ul>
    </Disclosure>
  )
}

function RuleName({ rule }: { readonly rule: Rule }) {
  const words = useWords(creditWords)
  const lang = useLang()
  const action = rule.passed ? undefined : rule.action?.[lang]
  return (
    <>
      <div>{words.rules[rule.rule]}</div>
      {action && <p>{action}</p>}
    </>
  )
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT/

/** A value of a condition as people read it. */
function Value({ value }: { readonly value: Rule['actual'] }) {
  const words = useWords(creditWords)
  if (value === null) return words.unknown
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'string' && TIMESTAMP.test(value)) return <Time at={value} />
  return Array.isArray(value) ? value.join(', ') : String(value)
}
