import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 100
const KILOBYTE = 1024

/** Looks at a server's queues and memory from without, while it works, and keeps the most of each. */
export class Watch {
  readonly most = { begins: 0, ends: 0, calls: 0, requests: 0, waiting: 0, memory: 0 }
  looks = 0
  /** Bytes in memory, look by look. */
  readonly memories: number[] = []
  readonly #url: string
  readonly #pid: number
  #stopping = false

  constructor(url: string, pid: number) {
    this.#url = url
    this.#pid = pid
  }

  /** Bytes of the process that are in memory. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * KILOBYTE
  }

  /** The most of the first half of the time. */
  earlyMemory(): number {
    return Math.max(...this.memories.slice(0, Math.ceil(this.memories.length / 2)))
  }

  stop(): void {
    this.#stopping = true
  }

  async start(): Promise<void> {
    while (!this.#stopping) {
      const answer = await fetch(`${this.#url}/metrics`)
      if (!answer.ok) throw new Error(`/metrics answered ${answer.status}`)
      this.#keep(await answer.text())
      this.looks += 1
      await sleep(LOOK_MS)
    }
  }

  #keep(text: string): void {
    const value = (name: string): number =>
      Number(new RegExp(`^everycent_${name} (\\S+)$`, 'm').exec(text)?.[1])
    const ends = value('engine_ends_queued')
    const seen = {
      begins: value('engine_queued') - ends,
      ends,
      calls: value('gateway_serving') + value('gateway_in_flight'),
      requests: value('http_under_way'),
      waiting: value('database_waiting'),
      memory: this.memory(),
    }
    this.memories.push(seen.memory)
    for (const [name, now] of Object.entries(seen) as [keyof typeof seen, number][]) {
      if (Number.isNaN(now)) throw new Error(`/metrics does not say ${name}`)
      this.most[name] = Math.max(this.most[name], now)
    }
  }
}
