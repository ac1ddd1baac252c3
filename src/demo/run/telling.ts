import type { CallListed, Client } from '../../client/index.ts'
import { leastOf, readAmount } from './amounts.ts'
import { type AccountBooks, isCharged } from './books.ts'
import { costs, isSplit, ofStory } from './stories.ts'

/** A receipt worth reading, with its words. */
export interface Telling {
  readonly receiptId: string
  readonly account: string
  readonly title: string
  readonly sentences: readonly string[]
}

const dearest = (calls: readonly CallListed[]): CallListed | undefined =>
  [...calls].sort((one, other) =>
    readAmount(one.amounts.total.amount) > readAmount(other.amounts.total.amount) ? -1 : 1,
  )[0]

/** The call that came from both in the most even parts. */
const evenest = (calls: readonly CallListed[]): CallListed | undefined => {
  const smallerPart = ({ amounts }: CallListed): bigint => {
    const { covered_by_plan, credit } = amounts
    return leastOf([readAmount(covered_by_plan.amount), readAmount(credit.promotional.amount)])
  }
  return [...calls].sort((one, other) => (smallerPart(one) > smallerPart(other) ? -1 : 1))[0]
}

interface Choice {
  readonly title: string
  readonly account: AccountBooks
  readonly call: CallListed
  /** Sentences that only repeat the title. */
  readonly skipped: number
}

/** The most telling receipts: where the money came from two places, from none, and why from there. */
export async function tellingReceipts(
  client: Client,
  books: readonly AccountBooks[],
): Promise<Telling[]> {
  return Promise.all(
    choices(books).map(async ({ account, call, title, skipped }) => {
      const query = { account_id: account.member.id, length: 'medium' } as const
      const { sentences } = await client.calls.explanation(call.receipt_id, query)
      return {
        receiptId: call.receipt_id,
        account: account.member.name,
        title,
        sentences: sentences.slice(skipped),
      }
    }),
  )
}

function choices(books: readonly AccountBooks[]): Choice[] {
  const broken = ({ verdict }: CallListed): boolean =>
    verdict.outcome === 'upstream_failed_mid_stream'
  const charged = (call: CallListed): boolean => isCharged(call) && costs(call)
  const split = ofStory(books, 'window_runs_out')
  const cut = books.find(({ calls }) => calls.some(broken))
  const other = ofStory(books, 'third_party')
  const found = [
    {
      title: 'split in two',
      account: split,
      call: evenest(split.calls.filter(isSplit)),
      skipped: 0,
    },
    {
      title: 'failed, 0 due',
      account: cut,
      call: dearest(cut?.calls.filter(broken) ?? []),
      skipped: 0,
    },
    {
      title: 'credit only',
      account: other,
      call: dearest(other.calls.filter(charged)),
      skipped: 1,
    },
  ]
  return found.flatMap(({ account, call, ...rest }) =>
    account === undefined || call === undefined ? [] : [{ account, call, ...rest }],
  )
}
