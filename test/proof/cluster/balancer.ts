import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whether a balancer is there; where every tool has to be, a missing one is an error. */
export function hasTool(name: 'haproxy' | 'nginx'): boolean {
  try {
    execFileSync(name, ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    const missing = `${name} is not installed: servers behind it are not tried (apt-get install ${name}).`
    if (process.env.EVERYCENT_ALL_TOOLS === '1') throw new Error(missing)
    console.log(missing)
    return false
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

const SHIPPED = new URL('../../../deploy/haproxy/haproxy.cfg', import.meta.url)

export interface Balancer {
  readonly url: string
  stop(): Promise<void>
}

/** As servers are called that the shipped file has, and those that an operator would add. */
export const SERVER_NAMES = ['one', 'two', 'three', 'four'] as const
const SHIPPED_SERVERS = / {4}server one [\d.:]+\n {4}server two [\d.:]+\n/

/** haproxy with the file that is shipped: with the test's servers, and no more handles than there are. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const port = await freePort()
  const servers = ports.map((own, index) => `    server ${SERVER_NAMES[index]} 127.0.0.1:${own}\n`)
  const given = readFileSync(SHIPPED, 'utf8')
    .replace('maxconn 20000', 'maxconn 500')
    .replace('bind :8080', `bind 127.0.0.1:${port}`)
    .replace(SHIPPED_SERVERS, servers.join(''))
  if (!given.includes(servers.join(''))) throw new Error('the shipped file has other servers')
  const folder = mkdtempSync(join(tmpdir(), 'everycent-haproxy-'))
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(file, given)
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const url = `http://127.0.0.1:${port}`
  await listening(child, url)
  return {
    url,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listening(child: ChildProcess, url: string): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  while (child.exitCode === null) {
    const answer = await fetch(`${url}/healthz`).catch(() => null)
    if (answer?.ok) return
    await sleep(50)
  }
  throw new Error(`haproxy ended: ${said}`)
}
