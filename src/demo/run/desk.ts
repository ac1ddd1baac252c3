import { type Client, createClient } from '../../client/index.ts'
import { readAmount } from './amounts.ts'
import { castFor } from './cast.ts'
import type { Door } from './farewell.ts'
import type { DemoOptions } from './options.ts'
import type { Stage } from './prepare.ts'
import { CURRENCY } from './seed.ts'
import { until } from './settle-down.ts'

/** Who works for the operator: each under their own name. */
export const STAFF = [
  { staff_id: 'olga', name: 'Olga', role: 'operator' },
  { staff_id: 'mira', name: 'Mira', role: 'support_lead' },
  { staff_id: 'sam', name: 'Sam', role: 'support' },
] as const

/** Who signs in for an account. */
export const PEOPLE = [
  { account: castFor('covered').id, member_id: 'ada', name: 'Ada', role: 'owner' },
  { account: castFor('whole_way').id, member_id: 'carla', name: 'Carla', role: 'owner' },
  { account: castFor('team').id, member_id: 'lena', name: 'Lena', role: 'owner' },
  { account: castFor('team').id, member_id: 'omar', name: 'Omar', role: 'developer' },
] as const

const addressOf = (member: string): string => `${member}@example.com`

/** The people of the demo; a repeat finds each as they are. */
export async function hirePeople(client: Client): Promise<void> {
  const { items } = await client.staff.list()
  for (const person of STAFF)
    if (!items.some(({ staff_id }) => staff_id === person.staff_id)) await client.staff.add(person)
  for (const { account, member_id, name, role } of PEOPLE) {
    const known = await client.members.list(account)
    if (known.items.some((member) => member.member_id === member_id)) continue
    await client.members.add(account, { member_id, name, role, email: addressOf(member_id) })
  }
}

/** A sign-in link for an account holder, a support agent and an operator: one click shows each house. */
export async function openDoors(client: Client): Promise<readonly Door[]> {
  const { account, member_id, name } = PEOPLE[1]
  const holder = await client.signInLinks.create({ account_id: account, member_id })
  const doors: Door[] = [{ who: name, url: `${client.baseUrl}${holder.path}` }]
  for (const { staff_id, name: who, role } of STAFF) {
    if (role === 'support_lead') continue
    const { path } = await client.signInLinks.create({ staff_id })
    doors.push({ who: `${who}, ${role}`, url: `${client.baseUrl}${path}` })
  }
  return doors
}

const SECOND_MS = 1_000
const DAY_MS = 86_400_000

const isoOf = (ms: number): string => new Date(ms).toISOString()

const MEASURED_MAX_MS = 30_000

/**
 * What lies on the desks at the end: a dispute about a dear call that was charged right, so that a person
 * has to look; a question; an incident whose calls are found and whose remedy waits for a second person;
 * and the payment processor held against the journal.
 */
export async function fillDesks(options: DemoOptions, stage: Stage, name: string): Promise<void> {
  const as = (key: string): Client =>
    createClient({ baseUrl: options.baseUrl, token: stage.remembered.keys[key] ?? '' })
  await disputeDearest(as('dmitri'), castFor('cap').id, name)
  await ask(as('ivo'), castFor('expiring_lot').id, name)
  await findIncident(stage.client, options, name)
  const nowMs = (options.now ?? Date.now)()
  const day = { from: isoOf(nowMs - DAY_MS), until: isoOf(nowMs) }
  await stage.client.reconciliation.start({ kind: 'processor', ...day })
}

async function disputeDearest(client: Client, account: string, name: string): Promise<void> {
  let dearest: { readonly id: string; readonly amount: bigint } | undefined
  for await (const call of client.calls.list(account, { limit: 200 })) {
    const amount = readAmount(call.amounts.charged.amount ?? '0')
    if (dearest === undefined || amount > dearest.amount) dearest = { id: call.call_id, amount }
  }
  if (dearest === undefined || dearest.amount === 0n) return
  await client.disputes.open(
    account,
    {
      about: { calls: [dearest.id] },
      words: 'This one call cost more than a whole morning of others. I asked the same as always.',
      wants: 'Tell me why, or give it back.',
      language: 'en',
    },
    { idempotencyKey: `demo-dispute-${name}` },
  )
}

async function ask(client: Client, account: string, name: string): Promise<void> {
  await client.disputes.askForPerson(
    account,
    {
      words: 'My welcome credit is gone although I had hardly used it. What happened to it?',
      language: 'en',
    },
    { idempotencyKey: `demo-question-${name}` },
  )
}

async function findIncident(client: Client, options: DemoOptions, name: string): Promise<void> {
  const nowMs = (options.now ?? Date.now)()
  const id = name.replaceAll(/[^a-z0-9_]/g, '_')
  await client.incidents.create(
    {
      id,
      name: { en: 'Slow answers of Opus', ja: 'Opus の応答の遅れ' },
      currency: CURRENCY,
      scope: {
        from: isoOf(nowMs - DAY_MS),
        until: isoOf(nowMs - SECOND_MS),
        outcomes: ['succeeded'],
        models: ['claude-opus-5.5'],
      },
      remedy: {
        goodwill: {
          percent: 10,
          max: '5',
          claim_until: isoOf(nowMs + 30 * DAY_MS),
          expires_after_days: 90,
        },
      },
      notice: {
        en: 'Answers of Opus came slowly on this day. We are sorry; a tenth of it is yours to claim.',
        ja: 'この日、Opus の応答が遅くなりました。お詫びとして料金の一割をお受け取りいただけます。',
      },
      ceilings: { total: '100', goodwill: '100' },
    },
    { idempotencyKey: `demo-incident-${name}` },
  )
  await client.incidents.measure(id)
  await until(async () => (await client.incidents.get(id)).state === 'measured', MEASURED_MAX_MS)
}
