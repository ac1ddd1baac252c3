import { pino } from 'pino'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { type Client, createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { OPERATOR_TOKEN } from '../demo/run/stage.ts'
import { freshDatabase } from '../support/database.ts'
import { OidcProvider } from '../support/oidc-provider.ts'
import { useBrowser } from './support/browser.ts'
import { settled } from './support/page.ts'

/* The doors of the web app, in a browser with a device that holds passkeys. */

let server: RunningServer
let client: Client
let origin: string
let provider: OidcProvider
const browser = useBrowser()

beforeAll(async () => {
  provider = await new OidcProvider().start()
  const database = await freshDatabase()
  server = await startServer({
    config: loadConfig({
      env: {
        EVERYCENT_OIDC_ISSUER: provider.issuer,
        EVERYCENT_OIDC_CLIENT_ID: provider.client.id,
        EVERYCENT_OIDC_CLIENT_SECRET: provider.client.secret,
        EVERYCENT_OIDC_LABEL: 'House key',
      },
      cwd: '/',
    }),
    databaseUrl: database.url,
    operatorTokens: [OPERATOR_TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  origin = `http://localhost:${server.port}`
  client = createClient({ baseUrl: server.url, token: OPERATOR_TOKEN })
  for (const id of ['sam', 'olga'])
    await client.staff.add({
      ...{ staff_id: id, name: id, role: 'operator' },
      email: `${id}@house.example`,
    })
})
afterAll(async () => {
  await server?.close()
  await provider?.close()
})

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
  await page.getByRole('cell', { name: 'Desk', exact: true }).waitFor()
  await page.getByRole('table', { name: 'Was this you?' }).getByText('passkey added').waitFor()
  await page.getByRole('button', { name: 'Rename Desk' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Desk at home')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('cell', { name: 'Desk at home', exact: true }).waitFor()
  await page.context().clearCookies()
  await page.goto(`${origin}/sign-in`)
  // A browser may offer the passkey in the field by itself before anybody presses anything.
  const press = page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await Promise.race([press.catch(() => {}), atOperator(page)])
  await atOperator(page)
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
  await atOperator(page)
})

test('a link opened in a tab that shows the sign-in page signs in there', async () => {
  const { page, faults } = await browser.open(origin)
  await page.goto(`${origin}/sign-in`)
  await settled(page)
  const first = await client.signInLinks.create({ staff_id: 'sam' })
  // As a link in a letter does in the same tab: only what stands after the # is new.
  await page.evaluate((path) => location.assign(path), first.path)
  await page.waitForURL('**/operator**')
  // Signed out, the page does not try the link that has been used.
  await page.getByRole('button', { name: 'sam' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
  await settled(page)
  expect(await page.getByText('This link cannot be used').count()).toBe(0)
  await page.evaluate((path) => location.assign(path), first.path)
  await page.getByText('This link cannot be used').waitFor()
  expect(new URL(page.url()).hash).toBe('')
  expect(faults()).toEqual([])
})

test('whoever is not signed in, or no longer, signs in and comes to the page that was wanted', async () => {
  const { page, faults } = await browser.open(origin)
  await page.goto(`${origin}/security`)
  await page.waitForURL('**/sign-in?next=%2Fsecurity')
  const link = await client.signInLinks.create({ staff_id: 'sam' })
  await page.evaluate((hash) => {
    location.hash = hash
  }, new URL(link.path, origin).hash)
  await page.waitForURL('**/security')
  await settled(page)
  // Ended from elsewhere: the next thing that is asked of the server tells the page.
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'End all others' }).click()
  await page.waitForURL('**/sign-in?next=%2Fsecurity')
  expect(faults()).toEqual([])
})

test('an operator adds a person on the screen and invites it, who comes in once', async () => {
  const { page, faults } = await browser.open(origin)
  await enterByLink(page, 'sam')
  await page.goto(`${origin}/operator/audit?tab=people`)
  await page.getByRole('button', { name: 'Add a person' }).click()
  const adding = page.getByRole('dialog')
  await adding.getByLabel('Name', { exact: true }).fill('Ines')
  await adding.getByLabel('E-mail address').fill('ines@house.example')
  await adding.getByRole('button', { name: 'Add' }).click()
  await page.getByText('It is shown this once.').waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Invite Ines' }).click()
  const asking = page.getByRole('dialog')
  // This server sends no e-mail: it says so, and the link is handed over.
  await asking.getByRole('button', { name: 'Invite' }).click()
  await asking.getByRole('alert').waitFor()
  await asking.getByLabel('How it gets there').selectOption('copy')
  await asking.getByRole('button', { name: 'Invite' }).click()
  const link = await page.getByText('/sign-in#token=').textContent()
  await page.keyboard.press('Escape')
  await page.getByText('invited until').waitFor()
  const guest = await browser.open(origin)
  await guest.page.goto(link ?? '')
  await guest.page.waitForURL('**/support**')
  await page.reload()
  await settled(page)
  expect(await page.getByText('invited until').count()).toBe(0)
  expect([...faults(), ...guest.faults()]).toEqual([])
})

test('an owner invites a member, who comes in with the link and sees the account', async () => {
  await client.plans.create({
    ...{ id: 'plain', name: 'Plain', currency: 'USD', crossing: 'finish', unpriced: 'deliver' },
    ...{ version: 1, windows: [], coverage: [] },
  })
  await client.plans.publish('plain', 1)
  await client.accounts.open({ account_id: 'acme', name: 'Acme', currency: 'USD', plan: 'plain' })
  for (const [member_id, role] of [
    ['olive', 'owner'],
    ['dan', 'developer'],
  ] as const)
    await client.members.add('acme', { member_id, name: member_id, role })
  const { page, faults } = await browser.open(origin)
  const { path } = await client.signInLinks.create({ account_id: 'acme', member_id: 'olive' })
  await page.goto(`${origin}${path}`)
  await page.waitForURL('**/a/acme**')
  await page.goto(`${origin}/a/acme/team`)
  await page.getByRole('button', { name: 'Invite dan' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
  const link = (await page.getByText('/sign-in#token=').textContent()) ?? ''
  await page.keyboard.press('Escape')
  await page.getByText('invited until').waitFor()
  const guest = await browser.open(origin)
  await guest.page.goto(link)
  await guest.page.waitForURL('**/a/acme**')
  await guest.page.getByRole('button', { name: 'dan' }).waitFor()
  // It works once: for whoever opens it next, it is over.
  const other = await browser.open(origin)
  await other.page.goto(link)
  await other.page.getByText('This link cannot be used').waitFor()
  expect([...faults(), ...guest.faults()]).toEqual([])
})

test('where a sign-in goes on is an address of this site, whatever the address asks for', {
  timeout: 90_000,
}, async () => {
  const { page } = await browser.open(origin)
  const left: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) left.push(request.url())
  })
  for (const next of [
    '/%09/evil.example',
    '/%0a/evil.example',
    '//evil.example',
    '/%5Cevil.example',
    '/%5C/evil.example',
    '/.//evil.example',
    'https://evil.example',
    'javascript:alert(1)',
  ]) {
    const { path } = await client.signInLinks.create({ staff_id: 'sam' })
    const [, hash = ''] = path.split('#')
    await page.goto(`${origin}/sign-in?next=${next}#${hash}`)
    await page.waitForURL('**/operator')
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect([next, await page.evaluate(() => location.href)]).toEqual([next, `${origin}/operator`])
  }
  expect(left).toEqual([])
})

test('a provider signs somebody in and back to the page that was wanted, or says why not', async () => {
  const { page, faults } = await browser.open(origin)
  provider.persona = { sub: 'olga', email: 'olga@house.example', email_verified: true }
  await page.goto(`${origin}/sign-in?next=/operator/audit`)
  await page.getByRole('button', { name: 'Sign in with House key' }).click()
  await atOperator(page, '/audit')
  await page.context().clearCookies()
  provider.persona = { sub: 'x', email: 'nobody@house.example', email_verified: true }
  await page.goto(`${origin}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with House key' }).click()
  await page.getByRole('heading', { name: 'You are not signed in' }).waitFor()
  await page.getByText('Nobody here has this address').waitFor()
  // What the provider has sent is no longer in the address.
  expect(new URL(page.url()).search).toBe('')
  expect(faults()).toEqual([])
})

/** By the path: the wanted address is in the query of the sign-in page as well. */
const atOperator = (page: Page, path = ''): Promise<void> =>
  page.waitForURL(({ pathname }) => pathname.startsWith(`/operator${path}`))

async function takeSignIns(staff_id: string) {
  const items = []
  for await (const item of client.signIns.list({ staff_id, limit: 1 })) {
    items.push(item)
    break
  }
  return { items }
}
