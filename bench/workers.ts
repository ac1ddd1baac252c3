import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { NODE_FLAGS } from './node-flags.ts'

export type RoleName =
  | 'engine'
  | 'api'
  | 'ceiling'
  | 'row-locks'
  | 'upstream'
  | 'pass-through'
  | 'gateway'
  | 'requests'

export interface Ask {
  readonly id: number
  readonly method: string
  readonly argument: unknown
}

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: unknown
}

/** What a process can be asked to do. */
// biome-ignore lint/suspicious/noExplicitAny: each method knows its own argument
export type Methods = Record<string, (argument: any) => Promise<unknown>>

const running = new Set<Worker>()
/** Of every process that was started: fulfilled when it has ended. */
const ends: Promise<void>[] = []
let profiles: string | null = null

/** From now on each process leaves a CPU profile in this folder. */
export function profileInto(folder: string | null): void {
  profiles = folder
}

let serial = 0
function nameOf(role: RoleName): string {
  serial += 1
  return `${role}-${serial}.cpuprofile`
}

/** A process of its own with one role. */
export class Worker {
  readonly role: RoleName
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(e: Error): void }>()
  #serial = 0

  constructor(role: RoleName) {
    this.role = role
    const file = fileURLToPath(new URL('./worker.js', import.meta.url))
    this.#child = fork(file, [role], {
      serialization: 'advanced',
      execArgv: [
        '--enable-source-maps',
        '--max-old-space-size=4096',
        ...NODE_FLAGS,
        ...(profiles === null
          ? []
          : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${nameOf(role)}`]),
      ],
    })
    running.add(this)
    this.#child.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (answer.error === undefined) waiting?.resolve(answer.value)
      else waiting?.reject(new Error(`${role}: ${String(answer.error)}`))
    })
    ends.push(new Promise((resolve) => this.#child.once('exit', () => resolve())))
    this.#child.on('exit', (code, signal) => {
      running.delete(this)
      for (const { reject } of this.#waiting.values())
        reject(new Error(`${role} ended with ${signal ?? code}`))
    })
  }

  ask<T>(method: string, argument: unknown = null): Promise<T> {
    this.#serial += 1
    const id = this.#serial
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as T), reject })
      this.#child.send({ id, method, argument })
    })
  }

  stop(): void {
    running.delete(this)
    if (this.#child.connected) this.#child.disconnect()
  }
}

export function stopWorkers(): void {
  for (const worker of running) worker.stop()
}

/** When all have ended, and so have written their profiles. Only after `stopWorkers`. */
export async function workersEnded(): Promise<void> {
  await Promise.all(ends)
}
