import type { Page } from 'playwright-core'
import type { Client } from '../../../src/client/index.ts'
import type { Reader } from './addresses.ts'
import { CARLA, DMITRI } from './world.ts'

const STAFF = ['sam', 'olga', 'mira'] as const

/** Signs somebody in as people do: by a link, in the browser. Afterwards the page is at the person’s start. */
export async function signInAs(page: Page, reader: Reader, operator: Client): Promise<void> {
  if (reader === 'nobody') return
  const { path } = await operator.signInLinks.create(await personOf(reader, operator))
  await page.goto(path)
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

async function personOf(reader: Exclude<Reader, 'nobody'>, operator: Client) {
  const staff = STAFF.find((name) => name === reader)
  if (staff !== undefined) return { staff_id: staff }
  const account = reader === 'dmitri' ? DMITRI : CARLA
  const member = { member_id: reader, name: reader, role: 'owner' } as const
  // The id is the request id: somebody who is there already is not added twice.
  await operator.members.add(account, member).catch(() => {})
  return { account_id: account, member_id: reader }
}
