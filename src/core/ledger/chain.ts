/**
 * The hash chain of an account: `hash(n) = sha256(hash(n-1) ‖ body(n))`, both as bytes, the body as
 * it was written (UTF-8). The genesis hash is 32 zero bytes. The body holds the account, the `seq`,
 * the time and the postings, so none of them can be changed, dropped or moved unnoticed.
 */

/** Gives the hex sha256 of the 32 bytes that `previousHash` names, followed by the text's UTF-8. */
export type ChainHash = (previousHash: string, text: string) => string

/** The body's bytes: JSON without blanks, keys in the order in which the decision wrote them. */
export const bodyText = (body: unknown): string => JSON.stringify(body)
