import { expect } from 'vitest'

/** A test as it was written. */
export interface Case {
  readonly name: string
  readonly run: () => unknown
}

type Body = (...args: readonly unknown[]) => unknown
type Registrar = (name: string, ...rest: readonly unknown[]) => void

/**
 * What test files import from vitest, for as long as they keep to `describe`, `test`, `it`, `each`,
 * `beforeEach` and `afterEach` of a whole file, and `expect`.
 * Whatever else they ask for is missing, so that a file which needs it fails before any mutant is made.
 */
export class Collector {
  #cases: Case[] = []
  #before: Body[] = []
  #after: Body[] = []

  readonly vitest = {
    __esModule: true,
    expect,
    test: eachOf((name, ...rest) => this.#add(name, rest)),
    it: eachOf((name, ...rest) => this.#add(name, rest)),
    beforeEach: (body: Body) => void this.#before.push(body),
    afterEach: (body: Body) => void this.#after.push(body),
    describe: eachOf((_name, ...rest) => void bodyOf(rest)()),
  }

  /** The tests that were registered since the last time. */
  take(): readonly Case[] {
    const [before, after] = [this.#before.splice(0), this.#after.splice(0)]
    return this.#cases.splice(0).map(({ name, run }) => ({
      name,
      run: async () => {
        for (const one of [...before, run, ...after]) await one()
      },
    }))
  }

  #add(name: string, rest: readonly unknown[]): void {
    this.#cases.push({ name, run: bodyOf(rest) })
  }
}

/** A test's options and its time-out are not needed here. */
const bodyOf = (rest: readonly unknown[]): Body =>
  rest.find((one): one is Body => typeof one === 'function') ??
  (() => {
    throw new Error('A test without a body')
  })

const eachOf = (register: Registrar) =>
  Object.assign(register, {
    each:
      (rows: readonly unknown[]) =>
      (name: string, ...rest: readonly unknown[]): void => {
        const body = bodyOf(rest)
        for (const row of rows)
          register(name, () => (Array.isArray(row) ? body(...row) : body(row)))
      },
  })
