import type Type from 'typebox'

/** In a schema: its values name a person or a company, or give an address. */
export const PERSONAL = 'x-personal'

/**
 * `true`: always; else only where the nearest object around it that has these members has these values,
 * since some lists hold names of people and names of things in the same place.
 */
export type Personal = true | Readonly<Record<string, string>>

/** Marks what support sees masked until it has said why it needs it; see docs/operating/support.md. */
export const personal = <T extends Type.TSchema>(schema: T, where: Personal = true): T => ({
  ...schema,
  [PERSONAL]: where,
})
