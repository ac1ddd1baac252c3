import { createHash } from 'node:crypto'

/* Leaves and nodes are hashed apart (RFC 9162, 2.1.1), so that none can stand for the other. */
const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

/** The head of an account at one moment: what a leaf of the log says. */
export interface Head {
  readonly accountId: string
  readonly seq: number
  /** Hex chain hash of the entry with this `seq`. */
  readonly hash: string
}

/** A leaf's bytes, as UTF-8; the order of the keys is a part of the format. */
export const leafText = ({ accountId, seq, hash }: Head): string =>
  JSON.stringify({ account_id: accountId, seq, hash })

/** Hex hash of a leaf. */
export const leafHash = (head: Head): string =>
  createHash('sha256').update(LEAF).update(leafText(head), 'utf8').digest('hex')

/** Hex hash of a node over those of its children. */
export const nodeHash = (left: string, right: string): string =>
  createHash('sha256').update(NODE).update(left, 'hex').update(right, 'hex').digest('hex')
