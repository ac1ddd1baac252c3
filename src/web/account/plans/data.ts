import { useQuery } from '@tanstack/react-query'
import { type Answer, take } from '../../../client/index.ts'
import { formatNanos, type Nanos, readNanos } from '../../../core/money/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang, useReader } from '../../app/preferences.ts'

type Plan = Answer<'listPlans'>['items'][number]
export type Book = Answer<'getPriceBook'>
export type TokenKind = Book['document']['rows'][number]['kind']
type ListedBook = Answer<'listPriceBooks'>['items'][number]

const LISTED_MAX = 1_000
const PAGE = 200

/** A plan of a comparison; `switch` is absent where the reader may not see the money of the account. */
export type Compared = Omit<
  Answer<'comparePlans'>['items'][number],
  'switch' | 'refused' | 'billing'
> &
  Partial<Pick<Answer<'comparePlans'>['items'][number], 'switch' | 'refused'>>

export interface Offers {
  readonly items: readonly Compared[]
  readonly currency: string
  /** What the account has. */
  readonly plan: string
  readonly as_of?: string
  readonly seq?: number
}

/** Every plan on offer, and what a switch would charge; as the server says, in its order. */
export function usePlansCompared(account: string, seats: number | undefined) {
  const lang = useLang()
  const query = { lang, ...(seats !== undefined && { seats }) }
  return useQuery({
    queryKey: accountKey(account, 'plans-compared', lang, seats),
    queryFn: ({ signal }): Promise<Offers & { readonly as_of: string; readonly seq: number }> =>
      api.subscriptions.compare(account, query, { signal }),
  })
}

/** The newest published version of each plan in the currency, the cheapest first. */
export function usePlansOnOffer(currency: string, own: string) {
  const lang = useLang()
  return useQuery({
    queryKey: ['plans', 'on-offer', lang],
    queryFn: ({ signal }) =>
      take(api.plans.list({ status: 'published', lang, limit: PAGE }, { signal }), LISTED_MAX),
    select: (plans): Offers => ({ items: onOffer(plans, currency, own), currency, plan: own }),
  })
}

function onOffer(plans: readonly Plan[], currency: string, own: string): readonly Compared[] {
  const newest = new Map<string, Plan>()
  for (const plan of plans) {
    const known = newest.get(plan.plan_id)
    if (plan.document.currency === currency && (!known || known.version < plan.version))
      newest.set(plan.plan_id, plan)
  }
  return [...newest.values()]
    .map((plan) => offered(plan, own))
    .sort((one, other) => compare(one.fee, other.fee))
}

/** With the least seats: whoever may not see the account's money need not know how many it has. */
function offered({ plan, plan_id, document, says }: Plan, own: string): Compared {
  const { name, price = '0', seats = null, period = 'P1M', windows } = document
  const each = seats ? readNanos(seats.price_each) * BigInt(seats.min) : 0n
  return {
    ...{ plan, plan_id, name, price, period, says },
    own: own.split('@')[0] === plan_id,
    seats: seats && { ...seats, compared: seats.min },
    fee: formatNanos((readNanos(price) + each) as Nanos),
    windows: windows.map(
      ({ id, shape, length, capacity, capacity_per_seat: own = null, scope }) => ({
        ...{ id, shape, length, capacity_per_seat: own, scope: scope ?? {} },
        capacity:
          own === null
            ? (capacity ?? '0')
            : formatNanos((readNanos(own) * BigInt(seats?.min ?? 1)) as Nanos),
      }),
    ),
  }
}

/** By the exact amount. */
export function compare(one: string, other: string): number {
  const difference = readNanos(one) - readNanos(other)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function useSubscription(account: string) {
  const reader = useReader()
  return useQuery({
    queryKey: accountKey(account, 'subscription', reader),
    queryFn: ({ signal }) => api.subscriptions.get(account, reader, { signal }),
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
