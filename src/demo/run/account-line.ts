import { readAmount, writeAmount } from './amounts.ts'
import { type AccountBooks, countBy, fundedBy, isRefused } from './books.ts'
import type { StoryName } from './cast.ts'
import { CAP } from './seed.ts'
import { count, plural, words } from './words.ts'

type Dollars = (amount: bigint) => string

/** One account's story, told in its own figures. */
export const lineOf = (account: AccountBooks, dollars: Dollars): string =>
  LINES[account.member.story](account, dollars)

const refusals = ({ calls }: AccountBooks): string => {
  const refused = calls.filter(isRefused)
  const [most] = countBy(refused, ({ verdict }) => words(verdict.refusal ?? 'other'))
  return refused.length === 0 ? 'none refused' : `${count(refused.length)} refused (${most?.[0]})`
}

const usedOf = ({ state }: AccountBooks, windowId: string): string => {
  const window = state.windows.find((own) => own.id === windowId)
  if (window === undefined) return `no ${windowId} window`
  const [used, capacity] = [readAmount(window.used), readAmount(window.capacity)]
  const percent = capacity === 0n ? 100n : (used * 100n) / capacity
  return `${percent > 100n ? 100n : percent} % of the ${words(windowId)} window used`
}

const leftInLots = ({ state }: AccountBooks): bigint =>
  state.lots.reduce((sum, lot) => sum + readAmount(lot.remaining), 0n)

const LINES: Readonly<Record<StoryName, (account: AccountBooks, dollars: Dollars) => string>> = {
  covered: (account, dollars) =>
    `all covered, ${usedOf(account, 'session')}; credit of ${dollars(leftInLots(account))} untouched.`,
  window_runs_out: (account, dollars) =>
    `window used up, then ${dollars(fundedBy(account.calls).promotional)} promotional; ${refusals(account)}. Paid use is off.`,
  cap: (account, dollars) => {
    const { paid } = fundedBy(account.calls)
    return `window used up, then ${dollars(paid)} under the cap of ${dollars(readAmount(CAP.amount))}; ${refusals(account)}.`
  },
  third_party: (account, dollars) => {
    const { promotional, paid } = fundedBy(account.calls)
    return `third-party program: ${dollars(promotional + paid)} of credit, ${usedOf(account, 'session')}.`
  },
  free: (account) => `${usedOf(account, 'session')}, then blocked; ${refusals(account)}.`,
  bonus_first: (account, dollars) =>
    `Haiku bonus of ${dollars(fundedBy(account.calls).promotional)} drawn before the windows.`,
  weekly_only: (account) => `no session window; ${usedOf(account, 'weekly')}.`,
  expiring_lot: (account, dollars) => {
    const { promotional, paid } = fundedBy(account.calls)
    return `${dollars(promotional)} promotional, ${dollars(account.lots.expired)} of it expired, then ${dollars(paid)} paid.`
  },
  whole_way: (account, dollars) => {
    const { promotional, paid } = fundedBy(account.calls)
    const most = account.state.caps.find(({ id }) => id === CAP.id)?.amount
    return `window used up, then ${dollars(promotional)} claimed and ${dollars(paid)} bought, of at most ${dollars(readAmount(most))}; ${refusals(account)}.`
  },
  team: ({ calls, member }, dollars) => {
    const { covered, paid } = fundedBy(calls)
    const then = paid === 0n ? 'no prepaid credit needed' : `then ${dollars(paid)} prepaid`
    return `${plural(member.keys.length, 'member')} share the window (${dollars(covered)}), ${then}.`
  },
  overage: (account, dollars) => {
    const { state } = account
    const { overage } = fundedBy(account.calls)
    const limit = readAmount(state.overage?.limit ?? writeAmount(0n))
    return `${dollars(overage)} owed as overage, of at most ${dollars(limit)}.`
  },
}
