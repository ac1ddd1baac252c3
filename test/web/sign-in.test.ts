import { pino } from 'pino'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { type Client, createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { OPERATOR_TOKEN } from '../demo/run/stage.ts'
import { freshDatabase } from '../support/database.ts'
import { useBrowser } from './support/browser.ts'
import { settled } from './support/page.ts'

/* The doors of the web app, in a browser with a device that holds passkeys. */

let server: RunningServer
let client: Client
let origin: string
const browser = useBrowser()

beforeAll(async () => {
  const database = await freshDatabase()
  server = await startServer({
    config: loadConfig({ env: {}, cwd: '/' }),
    databaseUrl: database.url,
    operatorTokens: [OPERATOR_TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  origin = `http://localhost:${server.port}`
  client = createClient({ baseUrl: server.url, token: OPERATOR_TOKEN })
  for (const id of ['sam', 'olga'])
    await client.staff.add({ staff_id: id, name: id, role: 'operator' })
})
afterAll(() => server?.close())

/** A device beside the browser that agrees to whatever it is asked, as its person would by touching it. */
async function withDevice(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    keys: async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    refuses: (does: boolean) =>
      cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: !does }),
  }
}

async function enterByLink(page: Page, staff_id: string): Promise<void> {
  const { path } = await client.signInLinks.create({ staff_id })
  await page.goto(`${origin}${path}`)
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

const PASSWORD = 'teapot gravel nineteen harbour'

test('a passkey is added, and signs its person in with one press', async () => {
  const { page, faults } = await browser.open(origin)
  const device = await withDevice(page)
  await enterByLink(page, 'sam')
  await page.goto(`${origin}/security`)
  await settled(page)
  await page.getByLabel('Name', { exact: true }).fill('Desk')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('The passkey is added.').waitFor()
  expect(await device.keys()).toBe(1)
  await page.getByRole('table', { name: 'Passkeys' }).getByText('Desk').waitFor()
  await page.getByRole('table', { name: 'Was this you?' }).getByText('passkey added').waitFor()
  await page.context().clearCookies()
  await page.goto(`${origin}/sign-in`)
  // A browser may offer the passkey in the field by itself before anybody presses anything.
  const press = page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await Promise.race([press.catch(() => {}), page.waitForURL('**/operator**')])
  await page.waitForURL('**/operator**')
  const { items } = await takeSignIns('sam')
  expect(items[0]).toMatchObject({ kind: 'signed_in', way: 'passkey' })
  expect(faults()).toEqual([])
})

test('a person of the operator who has a passkey is asked for it after the password', async () => {
  const { page } = await browser.open(origin)
  const device = await withDevice(page)
  await enterByLink(page, 'olga')
  await page.goto(`${origin}/security`)
  await settled(page)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('The password is set.').waitFor()
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('The passkey is added.').waitFor()
  await page.context().clearCookies()
  // A device that does not know its holder opens nothing, with the right password neither.
  await device.refuses(true)
  await page.goto(`${origin}/sign-in`)
  const form = page.getByRole('form', { name: 'With a password' })
  await form.getByLabel('E-mail address or staff id').fill('olga')
  await form.getByLabel('Password').fill(PASSWORD)
  await form.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('No passkey was shown.').first().waitFor()
  expect((await page.context().cookies()).length).toBe(0)
  await device.refuses(false)
  await form.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/operator**')
})

async function takeSignIns(staff_id: string) {
  const items = []
  for await (const item of client.signIns.list({ staff_id, limit: 1 })) {
    items.push(item)
    break
  }
  return { items }
}
