/** What is wrong with a document, where, in a sentence. */
export interface Problem {
  readonly path: string
  readonly message: string
}

const PROBLEMS_MAX = 100

/** Collects the problems of a document, so that its author sees all of them at once. */
export class Checker {
  readonly problems: Problem[] = []

  problem(path: string, message: string): void {
    if (this.problems.length < PROBLEMS_MAX)
      this.problems.push({ path: path || '(document)', message })
  }

  /** An object with no other fields than these. */
  object(value: unknown, path: string, fields: readonly string[]): Record<string, unknown> | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.problem(path, 'has to be an object')
      return null
    }
    for (const name of Object.keys(value))
      if (!fields.includes(name))
        this.problem(
          path ? `${path}.${name}` : name,
          `is not a field here; known are ${fields.join(', ')}`,
        )
    return value as Record<string, unknown>
  }

  text(value: unknown, path: string, pattern: RegExp): string | null {
    if (typeof value === 'string' && pattern.test(value)) return value
    this.problem(path, `has to be a text that matches ${pattern.source}`)
    return null
  }

  /** A list of texts, or `null` when absent. */
  texts(value: unknown, path: string): readonly string[] | null {
    if (value === undefined) return null
    if (
      Array.isArray(value) &&
      value.length <= 1_000 &&
      value.every((own) => typeof own === 'string')
    )
      return value as string[]
    this.problem(path, 'has to be a list of texts')
    return null
  }

  count(value: unknown, path: string): void {
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      this.problem(path, 'has to be a whole number, zero or more')
  }

  /** Each item of a list; absent is fine unless `null` is given for a required one. */
  list(
    value: unknown,
    path: string,
    itemsMax: number,
    each: (item: unknown, path: string) => void,
  ): void {
    if (value === undefined) return
    if (!Array.isArray(value)) {
      this.problem(path, 'has to be a list')
      return
    }
    if (value.length > itemsMax) {
      this.problem(path, `has ${value.length} items; at most ${itemsMax} are allowed`)
      return
    }
    value.forEach((item, index) => {
      each(item, `${path}[${index}]`)
    })
  }
}
