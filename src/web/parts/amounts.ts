/** An amount as people type it: digits, and nine decimals at most. */
const AMOUNT = /^(0|[1-9]\d{0,11})(\.\d{1,9})?$/

export const isAmount = (text: string): boolean => AMOUNT.test(text)
export const isZero = (text: string): boolean => /^0(\.0+)?$/.test(text)
