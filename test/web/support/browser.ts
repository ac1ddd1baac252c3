import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { afterTest } from '../../support/cleanup.ts'

/** Where browsers are installed; the first that is there is taken. */
const PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
    const folder = process.env[name]
    return folder === undefined
      ? []
      : [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')]
  }),
}

/** @throws Error naming what to install, when there is none */
export function findBrowser(): string {
  const named = process.env.CHROME_PATH
  const found = [...(named ? [named] : []), ...(PLACES[process.platform] ?? [])].find(existsSync)
  if (found !== undefined) return found
  throw new Error(
    'The tests of the web app need Chrome or Chromium, and none was found. Install one ' +
      '(Debian and Ubuntu: apt-get install chromium), or set CHROME_PATH to its program.',
  )
}

export const launch = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: findBrowser(),
    // Root has no sandbox to be in; everybody else keeps it.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
  })

export interface View {
  readonly lang: 'en' | 'ja'
  readonly theme: 'light' | 'dark'
  readonly width: number
}

const DESKTOP: View = { lang: 'en', theme: 'light', width: 1280 }
const HEIGHT = 900
/** What is not there by then is missing: the message names it, where a test that runs out of time would not. */
const PATIENCE_MS = 10_000

/** What went wrong in a page although nobody looked: none of it is ever all right. */
export interface Watched {
  readonly page: Page
  /** Errors of scripts, the console and the policy, since the last look. */
  faults(): string[]
}

/** One browser a test file; each page has storage and cookies of its own unless a context is given. */
export function useBrowser(args: readonly string[] = []) {
  let browser: Browser
  const kept: BrowserContext[] = []
  beforeAll(async () => {
    browser = await launch(args)
  })
  afterAll(async () => {
    for (const context of kept) await context.close()
    await browser?.close()
  })
  return {
    /** Closed after the test: what nobody looks at any more would still read with every event. */
    async open(baseUrl: string, view: Partial<View> = {}): Promise<Watched> {
      const context = await contextOf(browser, baseUrl, view)
      afterTest(() => context.close())
      return watched(await context.newPage())
    },
    /** For all tests of the file. */
    async keepOpen(baseUrl: string): Promise<Watched> {
      const context = await contextOf(browser, baseUrl)
      kept.push(context)
      return watched(await context.newPage())
    },
  }
}

async function contextOf(
  browser: Browser,
  baseUrl: string,
  view: Partial<View> = {},
): Promise<BrowserContext> {
  const { lang, theme, width } = { ...DESKTOP, ...view }
  const context = await browser.newContext({
    baseURL: baseUrl,
    viewport: { width, height: HEIGHT },
    colorScheme: theme,
    locale: lang === 'ja' ? 'ja-JP' : 'en-GB',
    timezoneId: 'Asia/Tokyo',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(PATIENCE_MS)
  return context
}

/** A page whose faults are written down. */
export function watched(page: Page): Watched {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // The browser itself writes a line for each answer that is an error; the tests look at answers.
    const isAnswer = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isAnswer) faults.push(`console: ${message.text()}`)
  })
  return { page, faults: () => faults.splice(0) }
}
