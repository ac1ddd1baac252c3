import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'

export type Card = Answer<'addPaymentMethod'>
export type Purchase = Answer<'getPurchase'>

export const cardsKey = (account: string) => accountKey(account, 'cards')

/** Saved cards: the default first. */
export const useCards = (account: string) =>
  useQuery({
    queryKey: cardsKey(account),
    queryFn: ({ signal }) => api.paymentMethods.list(account, { signal }),
  })
