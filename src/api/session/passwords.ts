import { hash, verify } from '@node-rs/argon2'
import { COMMON_PASSWORDS } from './common-passwords.ts'

/** OWASP’s first choice for argon2id (the library’s default kind): 19 MiB, two passes, one lane. */
const SETTINGS = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const

export const hashPassword = (password: string): Promise<string> => hash(normal(password), SETTINGS)

/** The same letters typed on different machines are the same password (NIST SP 800-63B). */
const normal = (password: string): string => password.normalize('NFKC')

let dummy: Promise<string> | undefined

/** Takes as long for somebody who has no password, so that time tells nobody who is there. */
export async function isRightPassword(password: string, stored: string | null): Promise<boolean> {
  dummy ??= hashPassword('nobody has this password')
  const isRight = await verify(stored ?? (await dummy), normal(password))
  return stored !== null && isRight
}

const LENGTH_MIN = 12

/** NIST SP 800-63B: long, none of the common ones, not the own name; no rules on signs and digits. */
export function isWeak(password: string, names: readonly string[]): boolean {
  const text = normal(password).toLowerCase()
  if ([...text].length < LENGTH_MIN || new Set(text).size < 5) return true
  if (COMMON_PASSWORDS.some((common) => text.includes(common) && text.length < common.length + 6))
    return true
  return names.some((name) => name.length >= 4 && text.includes(name.toLowerCase()))
}

const FREE_TRIES = 4
const WAIT_FIRST_MS = 2_000
const WAIT_MAX_MS = 15 * 60_000

/** How long the next try waits after so many wrong ones: twice as long each time. */
export function waitAfter(failures: number): number {
  if (failures <= FREE_TRIES) return 0
  return Math.min(WAIT_MAX_MS, WAIT_FIRST_MS * 2 ** Math.min(20, failures - FREE_TRIES - 1))
}
