import Anthropic from '@anthropic-ai/sdk'
import type { Page } from 'playwright-core'
import { type Client, createClient } from '../../../src/client/index.ts'
import { instant } from '../../../src/core/time/index.ts'
import { publishCatalogue } from '../../../src/demo/run/catalogue.ts'
import { STAFF } from '../../../src/demo/run/desk.ts'
import { openCase } from '../../../src/store/cases/open.ts'
import { OPERATOR_TOKEN, openStage } from '../../demo/run/stage.ts'
import { freshDatabase } from '../../support/database.ts'
import { settled } from './page.ts'

const SEED = 11

export type StaffId = (typeof STAFF)[number]['staff_id'] | 'otto'

/** One account, its owner and the key of its program. */
export interface Household {
  readonly id: string
  readonly owner: string
  readonly key: string
}

interface CallWish {
  readonly model?: string
  readonly outputTokens?: number
  readonly outputTokensMax?: number
}

/** A server with gateway, simulated provider and simulated payments, the prices and plans that come with the program, and people. */
export interface House {
  readonly url: string
  readonly operator: Client
  /** Opens an account with an owner and a key. */
  household(name: string, plan: string): Promise<Household>
  /** One call through the gateway by the official SDK, never tried again: its receipt, or its refusal. */
  call(of: Household, wish?: CallWish): Promise<CallMade>
  /** A case that the platform opens by itself; its id. */
  ownCase(of: Household, subject: string): Promise<string>
  /** The page, signed in by a one-time link. */
  signInOwner(page: Page, of: Household): Promise<void>
  signInStaff(page: Page, staff: StaffId): Promise<void>
  close(): Promise<void>
}

export interface CallMade {
  readonly status: number
  readonly receipt: string
}

export async function openHouse(): Promise<House> {
  const database = await freshDatabase()
  const stage = await openStage(database.url, SEED)
  const url = stage.baseUrl
  const operator = createClient({ baseUrl: url, token: OPERATOR_TOKEN })
  await publishCatalogue(operator, Date.now())
  for (const person of STAFF) await operator.staff.add(person)
  await operator.staff.add({ staff_id: 'otto', name: 'Otto', role: 'operator' })
  const open = async (page: Page, path: string): Promise<void> => {
    await page.goto(path)
    await page.waitForURL(({ pathname }) => !pathname.startsWith('/sign-in'))
    await settled(page)
  }
  return {
    url,
    operator,
    async household(name, plan) {
      const owner = name.toLowerCase()
      const id = `acct_${owner}`
      await operator.accounts.open({ account_id: id, name, currency: 'USD', plan })
      await operator.members.add(id, { member_id: owner, name, role: 'owner' })
      const { key } = await operator.keys.create(id, { name: 'program' })
      return { id, owner, key }
    },
    call: (of, wish = {}) => callOnce(url, of, wish),
    async ownCase({ id }, subject) {
      const { caseId } = await openCase(database.pool, {
        ...{ accountId: id, origin: 'reconciliation', originKey: `house:${subject}`, subject },
        ...{ facts: {}, amount: null, openedBy: { type: 'system', id: 'house' } },
        at: instant(Date.now()),
      })
      return caseId
    },
    async signInOwner(page, { id, owner }) {
      const { path } = await operator.signInLinks.create({ account_id: id, member_id: owner })
      await open(page, path)
    },
    async signInStaff(page, staff) {
      const { path } = await operator.signInLinks.create({ staff_id: staff })
      await open(page, path)
    },
    close: () => stage.close(),
  }
}

/** Stated, because the SDK refuses long answers without it. */
const CALL_MS = 30_000

async function callOnce(url: string, { key }: Household, wish: CallWish): Promise<CallMade> {
  const anthropic = new Anthropic({
    baseURL: `${url}/anthropic`,
    apiKey: key,
    maxRetries: 0,
    timeout: CALL_MS,
  })
  const body = {
    model: wish.model ?? 'claude-sonnet-5.5',
    max_tokens: wish.outputTokensMax ?? 1_000,
    messages: [{ role: 'user' as const, content: 'Why did this cost that?' }],
  }
  const headers = { 'x-sim-output-tokens': String(wish.outputTokens ?? 100) }
  try {
    const { response } = await anthropic.messages.create(body, { headers }).withResponse()
    return { status: response.status, receipt: response.headers.get('everycent-receipt') ?? '' }
  } catch (error) {
    if (!(error instanceof Anthropic.APIError)) throw error
    return { status: error.status ?? 0, receipt: error.headers?.get('everycent-receipt') ?? '' }
  }
}

/** Uses what is left in the account's included windows, by a call that was made elsewhere and is reported. */
export async function useUpWindows(operator: Client, { id }: Household): Promise<void> {
  await operator.record({
    account_id: id,
    call_id: `call_elsewhere_${id}`,
    model: 'claude-sonnet-5.5',
    event_at: new Date().toISOString(),
    usage: { tokens: { input: 0, output: 2_000_000 } },
  })
}
