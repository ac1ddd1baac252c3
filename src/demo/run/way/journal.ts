import { type Client, type EntryAnswer, take } from '../../../client/index.ts'
import { readAmount } from '../amounts.ts'
import type { CastMember } from '../cast.ts'

const PAGE = 200

/** Every entry of an account, the earliest first. */
export async function readJournal(client: Client, member: CastMember): Promise<EntryAnswer[]> {
  return (await take(client.accounts.entries(member.id, { limit: PAGE }))).reverse()
}

/** The plan's windows as a source, beside the ids of lots. */
export const PLAN = 'included'

const SOURCE_ACCOUNTS: readonly string[] = ['customer:prepaid', 'customer:promotional']
const PLAN_ACCOUNT = 'included:allowance'

/** What an entry takes from each source: the plan, or a lot by its id. What it gives is negative. */
export function drawnBy(entry: EntryAnswer): Map<string, bigint> {
  const drawn = new Map<string, bigint>()
  for (const [account = '', , amount, lot] of entry.postings) {
    const source =
      account === PLAN_ACCOUNT ? PLAN : SOURCE_ACCOUNTS.includes(account) ? lot : undefined
    if (source === undefined) continue
    drawn.set(source, (drawn.get(source) ?? 0n) - readAmount(amount))
  }
  return drawn
}
