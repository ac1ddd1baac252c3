import type { CallListed, Client } from '../../client/index.ts'
import { readAmount } from './amounts.ts'
import { type AccountBooks, isCharged } from './books.ts'
import { costs, isSplit, ofStory } from './stories.ts'

/** A receipt worth reading, with its words. */
export interface Telling {
  readonly receiptId: string
  readonly account: string
  readonly title: string
  readonly words: string
}

const dearest = (calls: readonly CallListed[]): CallListed | undefined =>
  [...calls].sort((one, other) =>
    readAmount(one.amounts.total.amount) > readAmount(other.amounts.total.amount) ? -1 : 1,
  )[0]

/** The most telling receipts: where the money came from two places, from none, and why from there. */
export async function tellingReceipts(
  client: Client,
  books: readonly AccountBooks[],
): Promise<Telling[]> {
  const all = books.flatMap((account) =>
    account.calls.map((call) => ({ account: account.member.name, call })),
  )
  const broken = dearest(
    all
      .map(({ call }) => call)
      .filter(({ verdict }) => verdict.outcome === 'upstream_failed_mid_stream'),
  )
  const wanted: [string, CallListed | undefined][] = [
    [
      'window and promotional credit together',
      dearest(ofStory(books, 'window_runs_out').calls.filter(isSplit)),
    ],
    ['text was sent, the stream broke: nothing', broken],
    [
      'credit only, although the windows are open',
      dearest(ofStory(books, 'third_party').calls.filter((call) => isCharged(call) && costs(call))),
    ],
  ]
  const found = wanted.flatMap(([title, call]) => (call === undefined ? [] : [{ title, call }]))
  return Promise.all(
    found.map(async ({ title, call }) => {
      const account = all.find((one) => one.call === call)?.account ?? ''
      const account_id = books.find(({ member }) => member.name === account)?.member.id ?? ''
      const query = { account_id, length: 'short' } as const
      const { sentences } = await client.calls.explanation(call.receipt_id, query)
      return { receiptId: call.receipt_id, account, title, words: sentences.join(' ') }
    }),
  )
}
