import { createHash, randomBytes } from 'node:crypto'

/**
 * An account key is `ec_live_` + 32 random base62 characters + 6 of checksum. The checksum lets a typing
 * error, or a scanner's false find, be told without asking the database.
 */
const PREFIX = 'ec_live_'
const RANDOM_LENGTH = 32
const CHECKSUM_LENGTH = 6
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const KEY = /^ec_live_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/
/** How much of a key is kept in the clear, so that people can tell their keys apart. */
const SHOWN_LENGTH = PREFIX.length + 4
/** The largest multiple of 62 below 256: bytes from here on would favour the first characters. */
const UNBIASED_BELOW = 248

export function newSecret(): string {
  let random = ''
  while (random.length < RANDOM_LENGTH)
    for (const byte of randomBytes(RANDOM_LENGTH))
      if (byte < UNBIASED_BELOW && random.length < RANDOM_LENGTH)
        random += ALPHABET[byte % ALPHABET.length]
  return PREFIX + random + checksum(random)
}

function checksum(random: string): string {
  let rest = createHash('sha256').update(random).digest().readUIntBE(0, 6)
  let text = ''
  for (let index = 0; index < CHECKSUM_LENGTH; index += 1) {
    text += ALPHABET[rest % ALPHABET.length]
    rest = Math.floor(rest / ALPHABET.length)
  }
  return text
}

export function isWellFormedSecret(text: string): boolean {
  const match = KEY.exec(text)
  return match !== null && checksum(match[1] ?? '') === match[2]
}

export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export const shownPrefix = (secret: string): string => secret.slice(0, SHOWN_LENGTH)
