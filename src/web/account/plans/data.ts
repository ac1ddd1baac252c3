import { useQuery } from '@tanstack/react-query'
import { type Answer, take } from '../../../client/index.ts'
import { readNanos } from '../../../core/money/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'

export type Plan = Answer<'listPlans'>['items'][number]
export type Book = Answer<'getPriceBook'>
export type TokenKind = Book['document']['rows'][number]['kind']
type ListedBook = Answer<'listPriceBooks'>['items'][number]

const LISTED_MAX = 1_000
const PAGE = 200

/** What a period costs, or a seat of it. */
export const feeOf = ({ document }: Plan): string =>
  document.price ?? document.seats?.price_each ?? '0'

/** The newest published version of each plan in the currency, the cheapest first. */
export function usePlansOnOffer(currency: string) {
  const lang = useLang()
  return useQuery({
    queryKey: ['plans', 'on-offer', lang],
    queryFn: ({ signal }) =>
      take(api.plans.list({ status: 'published', lang, limit: PAGE }, { signal }), LISTED_MAX),
    select: (plans) => onOffer(plans, currency),
  })
}

function onOffer(plans: readonly Plan[], currency: string): readonly Plan[] {
  const newest = new Map<string, Plan>()
  for (const plan of plans) {
    const known = newest.get(plan.plan_id)
    if (plan.document.currency === currency && (!known || known.version < plan.version))
      newest.set(plan.plan_id, plan)
  }
  return [...newest.values()].sort((one, other) => compare(feeOf(one), feeOf(other)))
}

/** By the exact amount. */
export function compare(one: string, other: string): number {
  const difference = readNanos(one) - readNanos(other)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function useSubscription(account: string) {
  const lang = useLang()
  return useQuery({
    queryKey: accountKey(account, 'subscription', lang),
    queryFn: ({ signal }) => api.subscriptions.get(account, { lang }, { signal }),
  })
}

interface BooksNow {
  readonly active: ListedBook | undefined
  /** The first that comes after it. */
  readonly next: ListedBook | undefined
}

/** Which published prices hold now, and which are announced. */
export const useBooksNow = (currency: string) =>
  useQuery({
    queryKey: ['price-books', 'now'],
    queryFn: ({ signal }) => take(api.priceBooks.list({ limit: PAGE }, { signal }), LISTED_MAX),
    select: (books): BooksNow => {
      const own = books.filter((book) => book.currency === currency)
      const from = ({ effective_from: at }: ListedBook) => Date.parse(at)
      const [next] = own
        .filter(({ state }) => state === 'scheduled')
        .sort((one, other) => from(one) - from(other))
      return { active: own.find(({ state }) => state === 'active'), next }
    },
  })

export const useBook = (id: string) =>
  useQuery({
    queryKey: ['price-books', id],
    queryFn: ({ signal }) => api.priceBooks.get(id, { signal }),
  })
