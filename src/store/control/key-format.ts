import { createHash, randomBytes } from 'node:crypto'

/**
 * An account key is `ec_live_`, a token of a person of the operator `ec_staff_`, + 32 random base62
 * characters + 6 of checksum. The checksum lets a typing error, or a scanner's false find, be told without
 * asking the database.
 */
const PREFIXES = { account: 'ec_live_', staff: 'ec_staff_' } as const
type SecretKind = keyof typeof PREFIXES
const RANDOM_LENGTH = 32
const CHECKSUM_LENGTH = 6
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET = /^(ec_(?:live|staff)_)([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/
/** How much of the random part is kept in the clear, so that people can tell their keys apart. */
const SHOWN_LENGTH = 4
/** The largest multiple of 62 below 256: bytes from here on would favour the first characters. */
const UNBIASED_BELOW = 248

export function newSecret(kind: SecretKind = 'account'): string {
  let random = ''
  while (random.length < RANDOM_LENGTH)
    for (const byte of randomBytes(RANDOM_LENGTH))
      if (byte < UNBIASED_BELOW && random.length < RANDOM_LENGTH)
        random += ALPHABET[byte % ALPHABET.length]
  return PREFIXES[kind] + random + checksum(random)
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

export function isWellFormedSecret(text: string, kind: SecretKind = 'account'): boolean {
  const [, prefix, random = '', sum] = SECRET.exec(text) ?? []
  return prefix === PREFIXES[kind] && checksum(random) === sum
}

export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export const shownPrefix = (secret: string): string =>
  secret.slice(0, secret.lastIndexOf('_') + 1 + SHOWN_LENGTH)
