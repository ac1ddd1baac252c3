import type { Page } from 'playwright-core'
import { OPERATOR_TOKEN } from '../../demo/run/stage.ts'
import type { Reader } from './addresses.ts'
import type { World } from './world.ts'

export async function signInAs(page: Page, reader: Reader, world: World): Promise<void> {
  if (reader === 'nobody') return
  const staff = reader === 'sam' || reader === 'olga'
  const role = reader === 'sam' ? 'support' : reader === 'olga' ? 'operator' : 'owner'
  const session = {
    kind: staff ? 'staff' : 'member',
    person: { name: reader, email: null },
    role,
    account: staff ? null : { id: `acct_demo_${reader}`, name: reader },
    expires_at: '2030-01-01T00:00:00Z',
  }
  await page.route('**/v1/session', (r) => r.fulfill({ json: { session } }))
  await page.route(/\/v1\/(?!session$)/, (r) =>
    r.continue({
      headers: { ...r.request().headers(), authorization: `Bearer ${OPERATOR_TOKEN}` },
    }),
  )
  void world
}
