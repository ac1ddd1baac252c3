import type { ExternalCall, ExternalCharge } from '../../core/audit/index.ts'
import type { Nanos } from '../../core/money/index.ts'
import type { Fields } from '../exact.ts'

/** A line of a bill, and how finely its amount was written. */
export interface ReadCharge extends ExternalCharge {
  /** What one step of the last digit of the amount is worth. */
  readonly step: Nanos
}

/** What one record of a file says: a call, a charge for one, or both. */
export interface Extract {
  readonly call?: ExternalCall
  readonly charge?: ReadCharge
}

/** A record that could not be read. It is listed, and nothing of it is used. */
export interface BadRecord {
  readonly source: string
  readonly reason: string
}

export interface Records {
  readonly calls: readonly ExternalCall[]
  readonly charges: readonly ReadCharge[]
  readonly bad: readonly BadRecord[]
  /** Records that are neither: prompts, summaries. */
  readonly passedOver: number
}

/** Says why a record cannot be read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** Where the fields of a form are, and how a record of it is read. `null`: it is of no use here. */
export interface RecordForm {
  readonly name: string
  /** Whether a record is of this form. */
  readonly fits: (record: Fields) => boolean
  readonly read: (record: Fields, source: string) => Extract | null
}
