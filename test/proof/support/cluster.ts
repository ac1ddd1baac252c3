import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EmbeddedServer, startEmbedded } from '../../../src/store/embedded/index.ts'

export const RESTART_MS = 30_000

/** A PostgreSQL that may be killed, on one port as long as the test lives. */
export class Cluster {
  readonly dataDir: string
  readonly #settings: Readonly<Record<string, string>>
  #server: EmbeddedServer | undefined
  #port: number | undefined

  constructor(
    name: string,
    settings: Readonly<Record<string, string>> = {},
    folder: string = tmpdir(),
  ) {
    this.dataDir = mkdtempSync(join(folder, `everycent-${name}-`))
    chmodSync(this.dataDir, 0o755)
    this.#settings = settings
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  get port(): number {
    return this.#port ?? 0
  }

  async start(): Promise<void> {
    const given = this.#port === undefined ? {} : { port: this.#port }
    const until = Date.now() + RESTART_MS
    for (;;) {
      try {
        const settings = this.#settings
        this.#server = await startEmbedded({ dataDir: this.dataDir, settings, ...given })
        this.#port = this.#server.port
        return
      } catch (error) {
        // Its children may live on for a moment, and keep the shared memory.
        if (Date.now() > until) throw error
        await sleep(200)
      }
    }
  }

  /** In peace: everything is written, and it may be started again. */
  async stop(): Promise<void> {
    await this.#server?.stop()
  }

  kill(): void {
    if (this.#server) process.kill(this.#server.pid, 'SIGKILL')
  }

  async remove(): Promise<void> {
    await this.#server?.stop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}
