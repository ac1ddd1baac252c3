import { expect, test } from 'vitest'
import { AREAS } from '../../../src/web/app/areas.ts'
import { run } from '../../cli/support/run.ts'
import { askTool } from '../../mcp/support.ts'
import { type Address, addresses, type Reader } from './addresses.ts'
import type { useBrowser, Watched } from './browser.ts'
import { allFigures, listenTo } from './figures.ts'
import { settled } from './page.ts'
import { signInAs } from './people.ts'
import { sumsOn, unclosed } from './sums.ts'
import type { World } from './world.ts'

/** A page of one reader, kept for all tests of a file: its times are in UTC, as the command line has them. */
export interface Reading extends Watched {
  /** Everything that the API has said to it so far. */
  readonly told: ReadonlySet<string>
  /** Goes to an address and waits until all of it is there. */
  show(href: string): Promise<void>
}

/** What tests of one file share: a world, and a page for each reader. */
export interface Scene {
  /** There once the file’s first hook has run. */
  readonly world: World
  pageOf(reader: Reader): Promise<Reading>
}

type Browser = ReturnType<typeof useBrowser>

/** Pages by reader: each signs in once. */
export function usePages(browser: Browser, world: () => World) {
  const open = new Map<Reader, Promise<Reading>>()
  return (reader: Reader): Promise<Reading> => {
    const known = open.get(reader) ?? openPage(browser, world(), reader)
    open.set(reader, known)
    // One who could not sign in is not kept: the next test tries again.
    known.catch(() => open.delete(reader))
    return known
  }
}

async function openPage(browser: Browser, world: World, reader: Reader): Promise<Reading> {
  const watched = await browser.keepOpen(world.url)
  const { page } = watched
  await signInAs(page, reader, world.operator)
  await page.evaluate(() =>
    localStorage.setItem(
      'everycent.preferences',
      JSON.stringify({ lang: 'en', theme: 'light', zone: 'utc' }),
    ),
  )
  const told = listenTo(page)
  const show = async (href: string): Promise<void> => {
    await page.goto(href)
    await settled(page)
  }
  return { ...watched, told, show }
}

/** What a command prints with `--json`; of the operator, unless a key of the demo is named. */
export async function commandLine(
  world: World,
  argv: readonly string[],
  key?: string,
): Promise<unknown> {
  const { code, out, err } = await run([...argv, '--json', '--utc'], {
    env: {
      EVERYCENT_URL: world.url,
      EVERYCENT_TOKEN: key === undefined ? world.operatorToken : world.secretOf(key),
    },
  })
  expect(err).toBe('')
  expect(code).toBe(0)
  return JSON.parse(out)
}

/** What a tool answers; to the operator, unless a key of the demo is named. */
export const tool = (
  world: World,
  name: Parameters<typeof askTool>[1],
  args: Record<string, unknown> = {},
  key?: string,
) => {
  const token = key === undefined ? world.operatorToken : world.secretOf(key)
  return askTool({ url: `${world.url}/mcp`, token }, name, args)
}

/** What runs on by itself between two readings: the moment of each, and how long something still lasts. */
const RUNNING_ON: readonly string[] = ['as_of', 'left_seconds']

/** All that two answers at the same journal entry have in common. */
export const standing = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer), (name, value) =>
    RUNNING_ON.includes(name) ? undefined : value,
  )

type AreaId = (typeof AREAS)[number]['id']

interface Wanted {
  readonly areas: readonly AreaId[]
  /** Panels in which a screen may show what it has reckoned by itself, by the name of the screen. */
  readonly reckoned?: Readonly<Record<string, readonly string[]>>
  /** A walk that has seen less than this proves nothing. */
  readonly figures: number
  readonly sums: number
}

/** A test for each screen: every figure on it is one that the API has said, and what it shows adds up. */
export function figuresAreTold(scene: Scene, { areas, reckoned = {}, ...least }: Wanted): void {
  const names = AREAS.filter(({ id }) => areas.includes(id)).flatMap((area) =>
    area.screens.map(({ path }) => `${area.id}: ${path || 'first'}`),
  )
  const seen = { figures: 0, sums: 0 }
  let all: Promise<readonly Address[]> | undefined
  test.each(names)('%s shows what the API has said, and its sums close', async (name) => {
    all ??= addresses(scene.world)
    const own = (await all).find((address) => address.name === name)
    if (own === undefined) throw new Error(`no address for ${name}`)
    // Who is not signed in sees no account.
    if (own.reader === 'nobody') return
    const { told, page, show } = await scene.pageOf(own.reader)
    await show(own.href)
    const [figures, sums] = [await allFigures(page), await sumsOn(page)]
    const strange = figures.filter(
      ({ amount, place }) => !told.has(amount) && !reckoned[name]?.includes(place),
    )
    expect(strange).toEqual([])
    expect(unclosed(sums)).toEqual([])
    seen.figures += figures.length
    seen.sums += sums.length
  })
  test('there were figures and sums to look at', () => {
    expect(seen.figures).toBeGreaterThan(least.figures)
    expect(seen.sums).toBeGreaterThanOrEqual(least.sums)
  })
}
