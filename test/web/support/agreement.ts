import { expect } from 'vitest'
import type { AREAS } from '../../../src/web/app/areas.ts'
import { run } from '../../cli/support/run.ts'
import { askTool } from '../../mcp/support.ts'
import { type Address, addresses, type Reader } from './addresses.ts'
import type { useBrowser, Watched } from './browser.ts'
import { allFigures, type Figure, listenTo } from './figures.ts'
import { settled } from './page.ts'
import { signInAs } from './people.ts'
import { type Sum, sumsOn } from './sums.ts'
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
    return known
  }
}

async function openPage(browser: Browser, world: World, reader: Reader): Promise<Reading> {
  const watched = await browser.open(world.url)
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
  const { code, out, err } = await run([...argv, '--json'], {
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

/** The screens of some areas, each at an address where it has something to show. */
export async function screensOf(
  world: World,
  areas: readonly (typeof AREAS)[number]['id'][],
): Promise<readonly Address[]> {
  const names = areas.map((id) => `${id}: `)
  const all = await addresses(world)
  return all.filter(
    ({ name, reader }) => reader !== 'nobody' && names.some((own) => name.startsWith(own)),
  )
}

export interface Walked {
  readonly href: string
  readonly figures: readonly Figure[]
  /** Figures that no answer of the API has brought: they were reckoned in the page. */
  readonly reckoned: readonly Figure[]
  readonly sums: readonly Sum[]
}

/** One screen as its reader sees it: its figures, whence they came, and its sums. */
export async function walk(reading: Reading, href: string): Promise<Walked> {
  await reading.show(href)
  const figures = await allFigures(reading.page)
  const reckoned = figures.filter(({ amount }) => !reading.told.has(amount))
  return { href, figures, reckoned, sums: await sumsOn(reading.page) }
}
