import type { Receipt } from '../../contract/receipt/schema.ts'
import type { Clock } from '../render/format.ts'
import type { Style } from '../render/style.ts'

export interface ReceiptView {
  readonly style: Style
  readonly clock: Clock
  /** Also windows, caps, attempts, timeline, postings and evidence. */
  readonly trace: boolean
}

/** A code as words: `cap_reached` is "cap reached". */
export const words = (code: string): string => code.replaceAll('_', ' ')

export const currencyOf = (receipt: Receipt): string => receipt.currency ?? 'USD'

export const title = (view: { readonly style: Style }, text: string): string =>
  view.style.paint('strong', text)
