import type { Client } from '../../client/index.ts'
import { leastOf, readAmount, roundUp, share, writeAmount } from './amounts.ts'
import { BONUS_MODEL, CAST, type CastMember, type StoryName } from './cast.ts'
import { spendElsewhere } from './elsewhere.ts'
import { wayTerms } from './way/terms.ts'

export const CURRENCY = 'USD'
export const CAP = { id: 'paid-use', amount: '5' } as const
const OVERAGE_LIMIT = '500'
/** Paid use is its owner's to switch on; the operator does it on the owner's behalf. */
const ASKED_FOR = 'asked for by the owner'
const DAY_MS = 86_400_000
const LEAST = 200_000_000n

/** Opens the accounts, once: a repeat finds each as it is. */
export async function openAccounts(client: Client): Promise<void> {
  for (const { id, name, plan } of CAST)
    await client.accounts.open(
      { account_id: id, name, currency: CURRENCY, plan },
      { idempotencyKey: `demo-open-${id}` },
    )
}

/** A key for each program and member; those that are remembered stay. */
export async function makeKeys(
  client: Client,
  known: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const keys: Record<string, string> = { ...known }
  for (const { id, keys: wanted } of CAST)
    for (const key of wanted) {
      if (keys[key.name] !== undefined) continue
      const made = await client.keys.create(id, {
        name: key.name,
        ...(key.memberId !== undefined && { member_id: key.memberId }),
        ...(key.client !== undefined && { client: key.client }),
      })
      keys[key.name] = made.key
    }
  return keys
}

export interface Means {
  readonly client: Client
  readonly member: CastMember
  /** What the account will ask for, at list price. */
  readonly expected: bigint
  readonly now: () => number
  /** When the expiring lot ends. */
  readonly lotExpiresMs: number
}

/** Gives each account what its story needs. */
export async function endow(means: Means): Promise<void> {
  await ENDOWMENTS[means.member.story](means)
}

type Endow = (means: Means) => Promise<void>

/** Prepaid credit for more than all that is asked for, and leave to use it. */
const plentyPrepaid: Endow = async (means) => {
  await topUp(means, writeAmount(roundUp(means.expected * 3n)))
  await paidUse(means)
}

const untouchedCredit: Endow = async (means) => {
  await grant(means, 'Launch', '25')
  await topUp(means, '50')
  await paidUse(means)
}

const windowThenPromotional: Endow = async (means) => {
  await leaveInWindows(means, share(means.expected, 35))
  await grant(means, 'Spring', writeAmount(atLeast(share(means.expected, 15))))
  // Credit is there, but may not be drawn: the switch is off.
  await topUp(means, '10')
}

const cappedPaidUse: Endow = async (means) => {
  await topUp(means, '20')
  await paidUse(means, CAP.amount)
  await leaveInWindows(means, share(means.expected, 25))
  await leaveUnderCap(means, share(means.expected, 30))
}

const overageOnly: Endow = async (means) => {
  const controls = { paid_use: true, overage_limit: OVERAGE_LIMIT, reason: ASKED_FOR }
  await means.client.accounts.setControls(means.member.id, controls, once(means, 'controls'))
}

const bonusFirst: Endow = async (means) => {
  await grant(means, 'Haiku bonus', writeAmount(atLeast(share(means.expected, 5))), {
    position: 'before_windows',
    scope: { models: [BONUS_MODEL] },
  })
  await paidUse(means)
}

/** The rest of it is claimed and bought. */
const wholeWay: Endow = async (means) => {
  const { windowRest, cap } = wayTerms(means.expected)
  await paidUse(means, cap)
  await leaveInWindows(means, windowRest)
}

const expiringThenPrepaid: Endow = async (means) => {
  await plentyPrepaid(means)
  await grant(means, 'Welcome', writeAmount(roundUp(means.expected * 2n)), {
    expires_at: new Date(means.lotExpiresMs).toISOString(),
  })
}

const ENDOWMENTS: Readonly<Record<StoryName, Endow>> = {
  covered: untouchedCredit,
  window_runs_out: windowThenPromotional,
  cap: cappedPaidUse,
  third_party: plentyPrepaid,
  team: plentyPrepaid,
  overage: overageOnly,
  free: (means) => leaveInWindows(means, share(means.expected, 40)),
  bonus_first: bonusFirst,
  weekly_only: async () => undefined,
  expiring_lot: expiringThenPrepaid,
  whole_way: wholeWay,
}

const atLeast = (amount: bigint): bigint => roundUp(amount > LEAST ? amount : LEAST)

const once = ({ member }: Means, what: string): { idempotencyKey: string } => ({
  idempotencyKey: `demo-${what}-${member.id}`,
})

type GrantMore = Partial<Parameters<Client['credit']['grant']>[1]>

async function grant(
  means: Means,
  name: string,
  amount: string,
  more: GrantMore = {},
): Promise<void> {
  if (await hasLot(means, name)) return
  const expires_at = new Date(means.now() + 90 * DAY_MS).toISOString()
  const body = { name, amount, expires_at, reason: 'demo', ...more }
  await means.client.credit.grant(means.member.id, body, once(means, 'grant'))
}

const PREPAID = 'Prepaid'

async function topUp(means: Means, price: string): Promise<void> {
  if (await hasLot(means, PREPAID)) return
  const payment_id = `pay_demo_${means.member.name.toLowerCase()}`
  const body = { payment_id, price, name: PREPAID, expires_at: null }
  await means.client.credit.topUp(means.member.id, body)
}

/** A start that was broken off may have got this far. */
async function hasLot({ client, member }: Means, name: string): Promise<boolean> {
  const { lots } = await client.accounts.state(member.id)
  return lots.some((lot) => lot.name === name)
}

/** Switched on, with or without a cap on it for each billing cycle. */
async function paidUse(means: Means, most?: string): Promise<void> {
  const { client, member } = means
  // A start that was broken off may have set it, for other calls than these.
  const { caps } = await client.accounts.state(member.id)
  if (caps.some(({ id }) => id === CAP.id)) return
  const cap = { id: CAP.id, scope: 'account', period: 'cycle', counts: 'paid' } as const
  const controls = {
    paid_use: true,
    reason: ASKED_FOR,
    ...(most !== undefined && { caps: [{ ...cap, amount: most }] }),
  }
  await client.accounts.setControls(member.id, controls, once(means, 'controls'))
}

/** Uses the windows up to a rest, by calls made elsewhere and reported afterwards. */
async function leaveInWindows(means: Means, rest: bigint): Promise<void> {
  const { client, member } = means
  const { windows } = await client.accounts.state(member.id)
  const left = leastOf(windows.map((window) => readAmount(window.left)))
  await spendElsewhere(client, { ...means, amount: left - rest })
}

/** The same for paid use under the cap: by a program that the windows do not cover. */
async function leaveUnderCap(means: Means, rest: bigint): Promise<void> {
  const { client, member } = means
  const { caps } = await client.accounts.state(member.id)
  const cap = caps.find((own) => own.id === CAP.id)
  if (cap === undefined) throw new Error(`${member.name} has no cap ${CAP.id}`)
  const amount = readAmount(cap.left) - rest
  await spendElsewhere(client, { ...means, amount, program: 'third_party' })
}
