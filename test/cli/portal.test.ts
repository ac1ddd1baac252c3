import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { publishCatalogue } from '../../src/demo/run/catalogue.ts'
import { freshDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

/* The commands of docs/operating/portal.md, with the theme that stands there. */

const DOCS = readFileSync(new URL('../../docs/operating/portal.md', import.meta.url), 'utf8')
const [, THEME = ''] = /```json\n(\{\s+"theme_id"[\s\S]*?)```/.exec(DOCS) ?? []

const TOKEN = 'operator-token-of-the-test'
const cwd = temporaryFolder()
let server: RunningServer
beforeAll(async () => {
  server = await startServer({
    config: loadConfig({
      env: { EVERYCENT_PORTAL_RETURN_ORIGINS: 'https://app.example.com' },
      cwd,
    }),
    databaseUrl: (await freshDatabase()).url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  const client = createClient({ baseUrl: server.url, token: TOKEN })
  await publishCatalogue(client, Date.now())
  await client.accounts.open({ account_id: 'carla', name: 'Carla', currency: 'USD', plan: 'pro' })
  writeLocalServer(cwd, { url: server.url, token: TOKEN })
  writeFileSync(join(cwd, 'acme.json'), THEME)
})
afterAll(() => server.close())

const everycent = (...argv: string[]) => run(argv, { cwd })

test('a theme is set, listed, named in a link and removed', async () => {
  expect((await everycent('portal-themes')).out).toContain('There is no theme')
  expect((await everycent('portal-themes', 'acme.json')).out).toContain('Theme acme is set.')
  expect((await everycent('portal-themes')).out).toMatch(/acme +Acme Cloud +#6d28d9 +#c4a7ff/)
  const wish = [
    '--theme',
    'acme',
    '--return-url',
    'https://app.example.com/billing',
    '--lang',
    'ja',
  ]
  const made = await everycent('portal-link', 'carla', ...wish, '--json')
  const { url, path } = JSON.parse(made.out)
  expect(url).toBe(`${server.url}${path}`)
  const [, token] = path.split('#token=')
  const headers = { 'everycent-csrf': '1', 'content-type': 'application/json' }
  const opened = await fetch(`${server.url}/v1/sign_in/link`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ token }) },
  })
  expect(await opened.json()).toMatchObject({
    session: {
      account: { id: 'carla' },
      role: 'usage_viewer',
      portal: {
        look: { name: 'Acme Cloud' },
        back: { url: 'https://app.example.com/billing' },
        lang: 'ja',
      },
    },
  })
  const removed = await everycent('portal-themes', '--remove', 'acme')
  expect(removed.out).toContain('Theme acme is removed')
  expect((await everycent('portal-themes')).out).toContain('There is no theme')
})

test('what is refused says which pair of colours, which address, which language', async () => {
  writeFileSync(join(cwd, 'pale.json'), THEME.replace('#22201c', '#8a8a8a'))
  const pale = await everycent('portal-themes', 'pale.json')
  expect(pale.code).not.toBe(0)
  expect(pale.err).toContain('body/light/text: text on surface has a contrast of 3.39 to 1')
  const away = await everycent('portal-link', 'carla', '--return-url', 'https://evil.example/')
  expect(away.err).toContain('return_url_refused')
  expect((await everycent('portal-link', 'carla', '--lang', 'fr')).err).toContain('en, ja')
})
