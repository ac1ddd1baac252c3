import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, hasTool } from './balancer.ts'

/*
 * The files for haproxy and nginx that are shipped, in front of two servers that only say who they are:
 * whose request goes where, and what happens when one is not there.
 */

const read = (path: string): string =>
  readFileSync(new URL(`../../../deploy/${path}`, import.meta.url), 'utf8')

interface Stub {
  readonly name: string
  readonly port: number
  ready: boolean
  open(): Promise<void>
  close(): Promise<void>
}

async function stub(name: string): Promise<Stub> {
  const port = await freePort()
  let server: Server | undefined
  const own: Stub = {
    name,
    port,
    ready: true,
    open: () =>
      new Promise((resolve) => {
        server = createServer((request, response) => {
          const isNo = request.url === '/readyz' && !own.ready
          request.resume().on('end', () => response.writeHead(isNo ? 503 : 200).end(name))
        }).listen(port, '127.0.0.1', resolve)
      }),
    close: () =>
      new Promise((resolve) => {
        server?.closeAllConnections()
        server?.close(() => resolve())
      }),
  }
  await own.open()
  return own
}

const addressed = (text: string, stubs: readonly Stub[], port: number): string =>
  text
    .replace('10.0.0.11:8787', `127.0.0.1:${stubs[0]!.port}`)
    .replace('10.0.0.12:8787', `127.0.0.1:${stubs[1]!.port}`)
    .replace('bind :8080', `bind 127.0.0.1:${port}`)
    .replace('listen 8080', `listen 127.0.0.1:${port}`)
    .replace('maxconn 20000', 'maxconn 500')

type Make = (folder: string, own: string) => readonly string[]

const TOOLS: Readonly<Record<'haproxy' | 'nginx', { readonly file: string; readonly make: Make }>> =
  {
    haproxy: {
      file: 'haproxy/haproxy.cfg',
      make: (folder, own) => {
        writeFileSync(join(folder, 'haproxy.cfg'), own)
        return ['-db', '-f', join(folder, 'haproxy.cfg')]
      },
    },
    nginx: {
      file: 'nginx/everycent.conf',
      make: (folder, own) => {
        writeFileSync(join(folder, 'everycent.conf'), own)
        const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
          (name) => `${name}_temp_path ${folder}/${name};`,
        )
        const all = `daemon off; pid ${folder}/pid; error_log ${folder}/log; events {}
          http { access_log off; ${kept.join(' ')} include ${folder}/everycent.conf; }`
        writeFileSync(join(folder, 'nginx.conf'), all)
        return ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'log')]
      },
    },
  }

describe.each(['haproxy', 'nginx'] as const)('%s', (tool) => {
  const isThere = hasTool(tool)
  let stubs: Stub[]
  let child: ChildProcess
  let url: string
  let folder: string

  beforeAll(async () => {
    if (!isThere) return
    stubs = [await stub('one'), await stub('two')]
    const port = await freePort()
    folder = mkdtempSync(join(tmpdir(), `everycent-${tool}-`))
    const { file, make } = TOOLS[tool]
    const args = make(folder, addressed(read(file), stubs, port))
    execFileSync(tool, [tool === 'nginx' ? '-t' : '-c', ...args], { stdio: 'ignore' })
    child = spawn(tool, args, { stdio: 'ignore' })
    url = `http://127.0.0.1:${port}`
    while (!(await fetch(url).catch(() => null))?.ok) await sleep(50)
  })

  afterAll(async () => {
    if (!isThere) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
    for (const own of stubs) await own.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const whoServes = async (path: string, init: RequestInit = {}): Promise<string> =>
    (await fetch(`${url}${path}`, init)).text()

  const key = (index: number) => ({ headers: { 'x-api-key': `ec_live_${index}` } })
  const bearer = (index: number) => ({ headers: { authorization: `Bearer ec_live_${index}` } })

  const ways: [string, (index: number) => Promise<string>][] = [
    ['the account in the address', (index) => whoServes(`/v1/accounts/acct_${index}/state`)],
    [
      'x-api-key',
      (index) => whoServes('/anthropic/v1/messages', { method: 'POST', ...key(index) }),
    ],
    ['authorization', (index) => whoServes('/openai/v1/models', bearer(index))],
  ]
  if (tool === 'haproxy')
    ways.push([
      'the account in the body',
      (index) =>
        whoServes('/v1/authorize', {
          method: 'POST',
          headers: { authorization: 'Bearer one-operator-token' },
          body: JSON.stringify({ call_id: 'c', account_id: `acct_${index}` }),
        }),
    ])

  test.skipIf(!isThere).each(ways)(
    'by %s: always the same one, and both have some',
    async (_by, ask) => {
      const first = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(index)))
      expect(new Set(first)).toEqual(new Set(['one', 'two']))
      for (let again = 0; again < 3; again += 1)
        expect(await Promise.all(first.map((_, index) => ask(index)))).toEqual(first)
    },
  )

  test.skipIf(!isThere)('the address wins over the key', async () => {
    const path = '/v1/accounts/acct_7/state'
    const servers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => whoServes(path, bearer(index))),
    )
    expect(new Set(servers).size).toBe(1)
  })

  test.skipIf(!isThere)(
    'one that is gone: its accounts go to the other, the rest stay',
    async () => {
      const ask = () =>
        Promise.all(Array.from({ length: 20 }, (_, index) => whoServes(`/v1/accounts/a${index}`)))
      const before = await ask()
      await stubs[1]!.close()
      // not one is refused: a connection that cannot be made is made elsewhere
      expect(new Set(await ask())).toEqual(new Set(['one']))
      await stubs[1]!.open()
      while (!(await ask()).includes('two')) await sleep(200)
      expect(await ask()).toEqual(before)
    },
  )

  // nginx asks nobody for their health: it leaves out only who cannot be reached
  if (tool !== 'nginx')
    test.skipIf(!isThere)('one that says no is left out, though it serves', async () => {
      stubs[0]!.ready = false
      const ask = () =>
        Promise.all(Array.from({ length: 20 }, (_, index) => whoServes(`/v1/accounts/a${index}`)))
      while ((await ask()).includes('one')) await sleep(100)
      stubs[0]!.ready = true
      while (!(await ask()).includes('one')) await sleep(100)
    })
})
