import { randomBytes } from 'node:crypto'

const TOKEN_BYTES = 24

/** A token that nobody guesses: 192 random bits. */
export const newOperatorToken = (): string => `ec_op_${randomBytes(TOKEN_BYTES).toString('hex')}`
