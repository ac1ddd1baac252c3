import { type Instant, parseInstant } from './instant.ts'

/** A version of something that is published: immutable, and in force from its time on. */
export interface Version {
  readonly version: number
  readonly effective_from: string
}

/** The latest version in force at an instant; of two that begin at once, the one with the higher number. */
export function latestInForce<V extends Version>(versions: readonly V[], at: Instant): V | null {
  let found: V | null = null
  for (const own of versions)
    if (begins(own) <= at && (!found || compare(own, found) > 0)) found = own
  return found
}

function begins({ effective_from: from, version }: Version): Instant {
  const at = parseInstant(from)
  if (at === undefined) throw new Error(`version ${version} has no effective time`)
  return at
}

const compare = (a: Version, b: Version): number => begins(a) - begins(b) || a.version - b.version
