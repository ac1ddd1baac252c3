import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AREAS } from '../../src/web/app/areas.ts'
import { type Address, addresses, type Reader } from './support/addresses.ts'
import { cutTables, sidewaysPixels, violations } from './support/axe.ts'
import { useBrowser, type View, type Watched } from './support/browser.ts'
import { choose, settled } from './support/page.ts'
import { signInAs } from './support/people.ts'
import { openWorld, REPLAY_MS, type World } from './support/world.ts'

/* Each screen, with something to show, in both languages, both themes and three widths, read in Tokyo. */

const VIEWS = [
  { lang: 'en', theme: 'light' },
  { lang: 'en', theme: 'dark' },
  { lang: 'ja', theme: 'light' },
  { lang: 'ja', theme: 'dark' },
] as const
const WIDTHS = [320, 768, 1280] as const
/** Below it every table has to fit as it stands or as cards. */
const SMALL = 640

const SCREENS = AREAS.flatMap((area) =>
  area.screens.map(({ path }) => `${area.id}: ${path || 'first'}`),
)

let world: World
let all: ReadonlyMap<string, Address>
const browser = useBrowser()
const pages = new Map<Reader, Promise<Watched>>()

/** Who reads signs in once, and opens one screen after the other; who is not signed in comes anew each time. */
function pageOf(reader: Reader): Promise<Watched> {
  if (reader === 'nobody') return browser.open(world.url)
  const known = pages.get(reader) ?? signedIn(reader)
  pages.set(reader, known)
  return known
}

async function signedIn(reader: Reader): Promise<Watched> {
  const watched = await browser.keepOpen(world.url)
  await signInAs(watched.page, reader, world.operator)
  return watched
}

beforeAll(async () => {
  world = await openWorld()
  all = new Map((await addresses(world)).map((address) => [address.name, address]))
}, REPLAY_MS)
afterAll(() => world?.close())

/** Long lists measure their rows once more in the frames after the width has changed. */
const laidOut = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))
      }),
  )

/** What is folded away is read too. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
  await settled(page)
}

/** Times that are told in UTC: the reader has chosen her own zone, and sentences of the server keep to it. */
const timesInUtc = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.body.textContent.matchAll(/.{0,60}\d\d:\d\d(:\d\d)? ?\(UTC\)/g)].map(
      ([told]) => told,
    ),
  )

async function faultsOf(page: Page, { lang, theme }: Pick<View, 'lang' | 'theme'>) {
  const found: string[] = []
  await choose(page, { lang, theme })
  for (const told of await timesInUtc(page)) found.push(`${lang}: not in Asia/Tokyo: ${told}`)
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await laidOut(page)
    const where = `${lang} ${theme} ${width}`
    const over = await sidewaysPixels(page)
    if (over > 0) found.push(`${where}: the page scrolls sideways by ${over} px`)
    if (width < SMALL) {
      for (const table of await cutTables(page)) found.push(`${where}: cut off is ${table}`)
    }
    for (const violation of await violations(page)) found.push(`${where}: ${violation}`)
  }
  return found
}

describe.each(SCREENS)('%s', (name) => {
  test('is named, is readable by everybody, and fits every width', {
    timeout: 120_000,
  }, async () => {
    const address = all.get(name)
    if (address === undefined) throw new Error(`no address for ${name}`)
    const { page, faults } = await pageOf(address.reader)
    faults()
    await page.goto(address.href)
    await settled(page)
    await unfold(page)
    const wrong: string[] = []
    for (const view of VIEWS) wrong.push(...(await faultsOf(page, view)))
    expect(wrong).toEqual([])
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('h1').textContent()).not.toBe('')
    expect(faults()).toEqual([])
  })
})
