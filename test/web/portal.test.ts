import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { type Body, type Client, createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { publishCatalogue } from '../../src/demo/run/catalogue.ts'
import { OPERATOR_TOKEN } from '../demo/run/stage.ts'
import { freshDatabase } from '../support/database.ts'
import { sidewaysPixels, violations } from './support/axe.ts'
import { useBrowser } from './support/browser.ts'

/*
 * A portal in a frame of another site: `localhost` is shown by a page of `127.0.0.1`, which is another site to
 * a browser and yet safe enough for its `Secure` cookies. The browser refuses cookies of third parties, so
 * only what is kept apart for each site that frames can work.
 */

const ACCOUNT = 'acct_ann'
const THEME: Body<'setPortalTheme'> = {
  ...{ theme_id: 'acme', name: 'Acme Cloud', mark: '▲', font: 'serif', radius_px: 2 },
  light: { accent: '#6d28d9', surface: '#fffdf8', text: '#22201c' },
  dark: { accent: '#c4a7ff', surface: '#14121a', text: '#efeaf7' },
}

/** The least that docs/operating/portal.md tells to allow. */
const SANDBOX =
  'allow-scripts allow-same-origin allow-forms allow-downloads allow-top-navigation-by-user-activation'

/** A page of somebody else: shows in a frame what its address says after `?`. */
const HOST_PAGE = `<!doctype html><title>Host</title><h1>Host</h1>
<iframe id="portal" name="portal" width="1000" height="700" sandbox="${SANDBOX}"></iframe>
<script>document.getElementById('portal').src = decodeURIComponent(location.search.slice(1))</script>`

interface Site {
  readonly origin: string
  readonly server: Server
}

async function startSite(): Promise<Site> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(HOST_PAGE)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const closeSite = ({ server }: Site): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections()
    server.close(() => resolve())
  })

/** The server has to know its own address before it has one. */
async function freePort(): Promise<number> {
  const site = await startSite()
  await closeSite(site)
  return Number(new URL(site.origin).port)
}

let host: Site
let stranger: Site
let server: RunningServer
let client: Client
let origin: string
const browser = useBrowser(['--test-third-party-cookie-phaseout'])

beforeAll(async () => {
  host = await startSite()
  stranger = await startSite()
  const port = await freePort()
  origin = `http://localhost:${port}`
  server = await startServer({
    config: loadConfig({
      env: {
        EVERYCENT_PUBLIC_URL: origin,
        EVERYCENT_PORTAL_FRAME_ORIGINS: host.origin,
        EVERYCENT_PORTAL_RETURN_ORIGINS: host.origin,
      },
      cwd: '/',
    }),
    databaseUrl: (await freshDatabase()).url,
    operatorTokens: [OPERATOR_TOKEN],
    log: pino({ level: 'silent' }),
    port,
  })
  client = createClient({ baseUrl: server.url, token: OPERATOR_TOKEN })
  await publishCatalogue(client, Date.now())
  const plan = 'pro'
  for (const [id, name] of [
    [ACCOUNT, 'Ann'],
    ['acct_other', 'Other'],
  ] as const)
    await client.accounts.open({ account_id: id, name, currency: 'USD', plan })
  await client.members.add(ACCOUNT, { member_id: 'ann', name: 'Ann', role: 'owner' })
  await client.portalThemes.set(THEME)
})
afterAll(async () => {
  await server?.close()
  for (const site of [host, stranger]) if (site) await closeSite(site)
})

type Wish = Body<'createPortalLink'>

const linkOf = async (wish: Wish = {}): Promise<string> =>
  `${origin}${(await client.signInLinks.createPortal(ACCOUNT, wish)).path}`

const framedAt = (site: Site, address: string): string =>
  `${site.origin}/billing?${encodeURIComponent(address)}`

async function frameOf(page: Page): Promise<Frame> {
  const frame = page.frame({ name: 'portal' })
  if (!frame) throw new Error('the page has no frame')
  return frame
}

/** Opens the portal in a frame of the site that may show it. */
async function openFramed(page: Page, wish: Wish = {}): Promise<Frame> {
  await page.goto(framedAt(host, await linkOf(wish)))
  const frame = await frameOf(page)
  await frame.waitForURL(`**/a/${ACCOUNT}`)
  await frame.getByRole('heading', { level: 1 }).waitFor()
  return frame
}

/** Without loading the page anew, as a link of the app would. */
const goTo = (frame: Frame, path: string): Promise<void> =>
  frame.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)

const token = (frame: Frame, name: string): Promise<string> =>
  frame.evaluate(
    (of) => getComputedStyle(document.documentElement).getPropertyValue(of).trim(),
    `--${name}`,
  )

const back = () => `${host.origin}/billing`

test('opens in a frame with the look, the language and the way back of its link, and stays when loaded anew', async () => {
  const { page, faults } = await browser.open(origin)
  const frame = await openFramed(page, { theme: 'acme', lang: 'ja', return_url: back() })
  expect(await token(frame, 'accent')).toBe('#6d28d9')
  expect(await token(frame, 'radius')).toBe('2px')
  expect(await frame.locator('body').evaluate((own) => getComputedStyle(own).fontFamily)).toMatch(
    /^Georgia/,
  )
  expect(await frame.evaluate(() => document.documentElement.lang)).toBe('ja')
  await frame.getByRole('link', { name: 'Acme Cloud に戻る' }).waitFor()
  await frame
    .getByRole('link', { name: '▲ Acme Cloud' })
    .or(frame.getByText('Acme Cloud'))
    .first()
    .waitFor()
  // Also where browsers give frames no locks to share a feed by.
  await frame.getByRole('banner').getByText('ライブ', { exact: true }).waitFor()
  expect(frame.url()).not.toContain('token')
  await frame.evaluate(() => location.reload())
  await frame.waitForURL(`**/a/${ACCOUNT}`)
  await frame.getByRole('link', { name: 'Acme Cloud に戻る' }).waitFor()
  expect(await token(frame, 'accent')).toBe('#6d28d9')
  expect(faults()).toEqual([])
  const cookies = await page.context().cookies(origin)
  expect(
    cookies.map(({ name, secure, sameSite, httpOnly }) => ({ name, secure, sameSite, httpOnly })),
  ).toEqual([{ name: 'everycent-portal', secure: true, sameSite: 'None', httpOnly: true }])
})

test('is dark where its reader wants it dark, and easy to read in both', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const { page } = await browser.open(origin, { theme })
    await page.goto(await linkOf({ theme: 'acme', return_url: back() }))
    await page.waitForURL(`**/a/${ACCOUNT}`)
    await page.getByRole('link', { name: 'Back to Acme Cloud' }).waitFor()
    const accent = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'))
    expect(await accent()).toBe(THEME[theme].accent)
    expect(await violations(page)).toEqual([])
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 800 })
      expect([width, await sidewaysPixels(page)]).toEqual([width, 0])
    }
  }
})

test('is shown in a frame by nobody else, and nothing but a portal is', async () => {
  const { page, faults } = await browser.open(origin)
  const refused = async (site: Site, address: string): Promise<void> => {
    await page.goto(framedAt(site, address))
    await page.waitForFunction(() => document.readyState === 'complete')
    const frame = await frameOf(page)
    await expect.poll(() => frame.url()).toMatch(/^chrome-error:/)
    expect(faults().join()).toContain('frame-ancestors')
  }
  await refused(stranger, await linkOf())
  for (const path of ['/sign-in', '/operator', '/security', `/a/${ACCOUNT}`, '/home'])
    await refused(host, `${origin}${path}`)
})

test('shows its own account and nothing else', async () => {
  const { page } = await browser.open(origin)
  const frame = await openFramed(page, { member_id: 'ann' })
  for (const path of ['/operator', '/support', '/security', '/a/acct_other', '/operator/audit']) {
    await goTo(frame, path)
    await frame.waitForURL(`**/a/${ACCOUNT}`)
  }
  await frame.getByRole('button', { name: 'Ann' }).click()
  await frame.getByRole('button', { name: 'Close this view' }).waitFor()
  expect(await frame.getByRole('link', { name: 'Sign-in and security' }).count()).toBe(0)
})

const keysOf = async () => (await client.keys.list(ACCOUNT)).items.map(({ name }) => name)

test('changes nothing for the site around it, whose requests carry its cookie', async () => {
  const { page } = await browser.open(origin)
  const frame = await openFramed(page, { member_id: 'ann' })
  const path = `/v1/accounts/${ACCOUNT}/keys`
  const answers: number[] = []
  page.on('response', (response) => {
    if (response.url().endsWith(path) && response.request().method() === 'POST')
      answers.push(response.status())
  })
  const address = `${origin}${path}`
  await page.evaluate(
    (to) =>
      fetch(to, {
        method: 'POST',
        mode: 'no-cors',
        credentials: 'include',
        body: '{"name":"theft"}',
      }),
    address,
  )
  await expect.poll(() => answers).toHaveLength(1)
  const preflighted = page.evaluate(
    (to) =>
      fetch(to, {
        method: 'POST',
        credentials: 'include',
        headers: {
          'everycent-csrf': '1',
          'content-type': 'application/json',
          'idempotency-key': 't',
        },
        body: '{"name":"theft"}',
      }).then(({ status }) => status),
    address,
  )
  await expect(preflighted).rejects.toThrow('Failed to fetch')
  await page.evaluate((to) => {
    const form = document.createElement('form')
    Object.assign(form, { method: 'post', action: to, target: 'hidden', enctype: 'text/plain' })
    const field = Object.assign(document.createElement('input'), {
      name: '{"name":"theft","x":"',
      value: '"}',
    })
    form.append(field)
    const hidden = Object.assign(document.createElement('iframe'), { name: 'hidden' })
    document.body.append(hidden, form)
    form.submit()
  }, address)
  await expect.poll(() => answers).toHaveLength(2)
  // Whoever has no session is answered with 401: the cookie was there each time, and was not enough.
  expect(answers).toEqual([403, 403])
  expect(await keysOf()).not.toContain('theft')
  // The same request is good where it comes from the portal itself: it was refused for no other reason.
  const own = await frame.evaluate(
    (to) =>
      fetch(to, {
        method: 'POST',
        headers: {
          'everycent-csrf': '1',
          'content-type': 'application/json',
          'idempotency-key': 't',
        },
        body: '{"name":"own"}',
      }).then(({ status }) => status),
    path,
  )
  expect(own).toBe(201)
  expect(await keysOf()).toContain('own')
})

test('that is closed says so and leads back, the whole window and not the frame alone', async () => {
  const { page } = await browser.open(origin)
  const frame = await openFramed(page, { theme: 'acme', return_url: back() })
  await frame.getByRole('button', { name: 'Menu' }).click()
  await frame.getByRole('button', { name: 'Close this view' }).click()
  await frame.getByRole('heading', { name: 'You have closed this view of your account' }).waitFor()
  expect(await token(frame, 'accent')).toBe('#6d28d9')
  expect(await page.context().cookies(origin)).toEqual([])
  await frame.getByRole('link', { name: 'Back to Acme Cloud' }).click()
  await page.waitForURL(back())
})

test('whose hour is over says so, also when it is loaded anew', async () => {
  const { page } = await browser.open(origin)
  const frame = await openFramed(page, { return_url: back() })
  await frame.getByText('Live', { exact: true }).waitFor()
  await server.pool.query("update control.session set ended_at = now() where kind = 'portal'")
  await goTo(frame, `/a/${ACCOUNT}/plans`)
  const over = frame.getByRole('heading', { name: 'This view of your account has run out' })
  await over.waitFor()
  await frame.getByRole('link', { name: `Back to ${new URL(host.origin).host}` }).waitFor()
  await frame.evaluate(() => location.reload())
  await over.waitFor()
  // Nobody is asked to sign in inside a frame, wherever it is sent.
  await frame.evaluate((to) => location.assign(to), `${origin}/portal?over=no`)
  await frame.getByRole('heading', { name: 'There is no link in this address' }).waitFor()
  await goTo(frame, `/a/${ACCOUNT}`)
  await over.waitFor()
})

test('whose link was opened before, or is none, says what next', async () => {
  const { page } = await browser.open(origin)
  const link = await linkOf()
  await page.goto(framedAt(host, link))
  await (await frameOf(page)).waitForURL(`**/a/${ACCOUNT}`)
  const again = await browser.open(origin)
  await again.page.goto(framedAt(host, link))
  const frame = await frameOf(again.page)
  await frame.getByRole('heading', { name: 'This link cannot be used' }).waitFor()
  await frame.getByText('Go back to the page that you came from').waitFor()
  // The site around gives a new link to the page that stands there.
  const fresh = await linkOf()
  await again.page.evaluate((to) => {
    document.querySelector('iframe')!.src = to
  }, fresh)
  await frame.waitForURL(`**/a/${ACCOUNT}`)
})
