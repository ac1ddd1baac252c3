import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AREAS } from '../../../src/web/app/areas.ts'
import { type Address, addresses, type Reader } from '../support/addresses.ts'
import { useBrowser } from '../support/browser.ts'
import { choose, settled } from '../support/page.ts'
import { signInAs } from '../support/people.ts'
import { openWorld, type World } from '../support/world.ts'

/* Pictures of every screen, for people to look at: in `screenshots/`, which is not committed. Six of them
 * are written to `docs/images` too, where the README shows them. */

const FOLDER = 'screenshots'
const IMAGES = join('docs', 'images')
const CALLS = Number(process.env.SCREENSHOT_CALLS ?? 3_000)
const HEIGHT = 900

const VIEWS = [
  { lang: 'en', theme: 'light', width: 1280 },
  { lang: 'en', theme: 'dark', width: 1280 },
  { lang: 'en', theme: 'light', width: 390 },
  { lang: 'en', theme: 'dark', width: 390 },
  { lang: 'ja', theme: 'light', width: 1280 },
  { lang: 'ja', theme: 'dark', width: 390 },
] as const
type View = (typeof VIEWS)[number]

/** The pictures of the README: screen and view, as the files are named. */
const CHOSEN: Readonly<Record<string, string>> = {
  'account-first.en.light.1280.png': 'overview.png',
  'account-receipts-receipt.en.light.1280.png': 'receipt.png',
  'account-usage.en.light.1280.png': 'usage.png',
  'account-controls.en.dark.1280.png': 'controls.png',
  'support-cases-case.en.light.1280.png': 'case.png',
  'operator-campaigns-campaign.en.dark.1280.png': 'campaign.png',
}

let world: World
let all: ReadonlyMap<string, Address>
const browser = useBrowser()
const taken: string[] = []

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER)
  world = await openWorld(CALLS)
  all = new Map((await addresses(world)).map((address) => [address.name, address]))
})
afterAll(() => world?.close())

const nameOf = (screen: string, { lang, theme, width }: View): string =>
  `${screen.replaceAll(/[:/ $]+/g, '-')}.${lang}.${theme}.${width}.png`

async function shoot(page: Page, screen: string, view: View): Promise<void> {
  await page.setViewportSize({ width: view.width, height: HEIGHT })
  await choose(page, view)
  const name = nameOf(screen, view)
  await page.screenshot({ path: join(FOLDER, name), fullPage: true, animations: 'disabled' })
  taken.push(name)
  const chosen = CHOSEN[name]
  if (chosen === undefined) return
  mkdirSync(IMAGES, { recursive: true })
  await page.screenshot({ path: join(IMAGES, chosen), animations: 'disabled' })
}

async function pageOf(reader: Reader): Promise<Page> {
  const { page } = await browser.open(world.url)
  await signInAs(page, reader, world.operator)
  return page
}

const SCREENS = AREAS.flatMap((area) =>
  area.screens.map(({ path }) => `${area.id}: ${path || 'first'}`),
)

describe.each(SCREENS)('%s', (name) => {
  test('is pictured', async () => {
    const address = all.get(name)
    if (address === undefined) throw new Error(`no address for ${name}`)
    const page = await pageOf(address.reader)
    await page.goto(address.href)
    await settled(page)
    for (const view of VIEWS) await shoot(page, name, view)
    await page.context().close()
  })
})

describe('an account in which nothing has happened yet', () => {
  const isOfOne = ({ path }: { readonly path: string }) => !path.includes('$')
  const screens = AREAS.flatMap((area) => (area.id === 'account' ? area.screens : []))
  test.each(screens.filter(isOfOne).map(({ path }) => path))(
    '%s is pictured empty',
    async (path) => {
      const id = 'acct_newcomer'
      await world.operator.accounts
        .open({ account_id: id, name: 'Newcomer', currency: 'USD', plan: 'free' })
        .catch(() => {})
      const page = await pageOf('olga')
      await page.goto(`/a/${id}/${path}`)
      await settled(page)
      await shoot(page, `empty: ${path || 'first'}`, VIEWS[0])
      await page.context().close()
    },
  )
})

test('every picture of the README was taken', () => {
  expect(Object.keys(CHOSEN).filter((name) => !taken.includes(name))).toEqual([])
})
