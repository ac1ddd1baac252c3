import type { CallListed } from '../../client/index.ts'
import { readAmount } from './amounts.ts'
import { type AccountBooks, fundedBy, isCharged, isRefused } from './books.ts'
import type { CampaignBooks } from './campaign/claims.ts'
import type { StoryName } from './cast.ts'
import { CAP } from './seed.ts'

export interface Evidence {
  readonly books: readonly AccountBooks[]
  readonly calls: readonly CallListed[]
  readonly campaign: CampaignBooks | null
  /** The model that had no price at first. */
  readonly unpricedModel: string
}

/** Something that the replay shows, told from the books. */
interface Story {
  readonly name: string
  happened(evidence: Evidence): boolean
}

const amount = (call: CallListed, from: 'covered' | 'promotional' | 'paid'): bigint => {
  const { covered_by_plan, credit } = call.amounts
  if (from === 'covered') return readAmount(covered_by_plan.amount)
  return readAmount(from === 'paid' ? credit.paid.amount : credit.promotional.amount)
}

export const costs = (call: CallListed): boolean =>
  readAmount(call.amounts.charged.amount) !== 0n || amount(call, 'covered') !== 0n

export const ofStory = (books: readonly AccountBooks[], story: StoryName): AccountBooks => {
  const found = books.find((account) => account.member.story === story)
  if (found === undefined) throw new Error(`No account tells the story ${story}.`)
  return found
}

export const isSplit = (call: CallListed): boolean =>
  amount(call, 'covered') > 0n && amount(call, 'promotional') > 0n

const withOutcome = ({ calls }: Evidence, outcome: string): CallListed[] =>
  calls.filter((call) => call.verdict.outcome === outcome && !isRefused(call))

/** The outcome occurred, and never cost anything. */
const free =
  (...outcomes: readonly string[]) =>
  (evidence: Evidence): boolean => {
    const calls = outcomes.flatMap((outcome) => withOutcome(evidence, outcome))
    return calls.length > 0 && !calls.some(costs)
  }

const refusedFor = (account: AccountBooks, codes: readonly string[]): boolean =>
  account.calls.some((call) => isRefused(call) && codes.includes(call.verdict.refusal ?? ''))

/** Drawn of the lot of a name. */
const usedOfLot = ({ state }: AccountBooks, name: string): boolean =>
  state.lots.some((lot) => lot.name === name && readAmount(lot.remaining) < readAmount(lot.face))

const STANDINGS = ['claimed', 'not_eligible', 'over', 'exhausted', 'claimable'] as const

const STORIES: readonly Story[] = [
  {
    name: 'one account went from its window to claimed, bought and reloaded credit, up to its cap',
    happened: ({ books }) => {
      const account = ofStory(books, 'whole_way')
      const used = ['Autumn credit', 'Top-up', 'Auto-reload'].map((lot) => usedOfLot(account, lot))
      return (
        fundedBy(account.calls).covered > 0n &&
        used.every(Boolean) &&
        refusedFor(account, ['cap_reached'])
      )
    },
  },
  {
    name: 'a campaign gave credit, and refused it by plan, by paid use, by time and for want of places',
    happened: ({ campaign }) => {
      const accounts = campaign?.accounts ?? []
      const missed = accounts.flatMap(({ own }) =>
        own.standing === 'not_eligible' ? own.evaluation.rules.filter(({ passed }) => !passed) : [],
      )
      return (
        STANDINGS.every((standing) => accounts.some(({ own }) => own.standing === standing)) &&
        ['plan_in', 'paid_use_on'].every((rule) => missed.some((one) => one.rule === rule))
      )
    },
  },
  {
    name: 'covered by plan although credit was there: no money drawn',
    happened: ({ books }) => {
      const { calls, state } = ofStory(books, 'covered')
      const { covered, promotional, paid } = fundedBy(calls)
      return covered > 0n && promotional + paid === 0n && state.lots.length > 0
    },
  },
  {
    name: 'the session window ran out: promotional credit, then refused',
    happened: ({ books }) => {
      const account = ofStory(books, 'window_runs_out')
      const { covered, promotional, paid } = fundedBy(account.calls)
      const refused = refusedFor(account, ['window_exhausted', 'paid_use_off', 'funds_exhausted'])
      return covered > 0n && promotional > 0n && paid === 0n && refused
    },
  },
  {
    name: 'a call was split across a window and promotional credit',
    happened: ({ books }) => ofStory(books, 'window_runs_out').calls.some(isSplit),
  },
  {
    name: 'the cap on paid use held',
    happened: ({ books }) => {
      const account = ofStory(books, 'cap')
      const { paid } = fundedBy(account.calls)
      return paid > 0n && paid <= readAmount(CAP.amount) && refusedFor(account, ['cap_reached'])
    },
  },
  {
    name: 'a third-party program drew credit only, with the windows untouched',
    happened: ({ books }) => {
      const { covered, paid } = fundedBy(ofStory(books, 'third_party').calls)
      return covered === 0n && paid > 0n
    },
  },
  {
    name: 'promotional credit expired: what was left is posted as breakage',
    happened: ({ books }) => {
      const { calls, lots } = ofStory(books, 'expiring_lot')
      return lots.expired > 0n && fundedBy(calls).promotional > 0n
    },
  },
  {
    name: 'a bonus was drawn before the windows',
    happened: ({ books }) => {
      const { covered, promotional } = fundedBy(ofStory(books, 'bonus_first').calls)
      return covered > 0n && promotional > 0n
    },
  },
  {
    name: 'overage is owed, nothing prepaid',
    happened: ({ books }) => fundedBy(ofStory(books, 'overage').calls).overage > 0n,
  },
  {
    name: 'the Free plan was blocked at its window',
    happened: ({ books }) => refusedFor(ofStory(books, 'free'), ['window_exhausted']),
  },
  { name: 'calls without an answer cost nothing', happened: free('error_before_output') },
  { name: 'streams that broke cost nothing', happened: free('upstream_failed_mid_stream') },
  { name: 'refusals by the model cost nothing', happened: free('refused_before_output') },
  {
    name: 'a call that its client broke off costs what was delivered',
    happened: (evidence) => withOutcome(evidence, 'client_aborted').some(costs),
  },
  {
    name: 'a call that was tried again was charged once',
    happened: ({ calls }) => calls.some((call) => call.attempts > 1 && costs(call)),
  },
  {
    name: 'a call without usage waits, at no charge',
    happened: ({ calls }) => calls.some((call) => call.status === 'usage_missing' && !costs(call)),
  },
  {
    name: 'a model without a price was delivered, and charged once it had one',
    happened: ({ calls, unpricedModel }) => {
      const priced = calls.filter((call) => call.served.model.requested === unpricedModel)
      return priced.length > 0 && priced.every(isCharged) && priced.some(costs)
    },
  },
]

/** What did not happen, a sentence each. */
export const missingStories = (evidence: Evidence): string[] =>
  STORIES.filter((story) => !story.happened(evidence)).map(
    (story) => `It did not happen that: ${story.name}.`,
  )
