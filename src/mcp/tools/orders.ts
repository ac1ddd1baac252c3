import { CASE_ORDERS } from './cases.ts'
import { MONEY_ORDERS } from './money.ts'

/** The tools that change something: each is confirmed before it is done. */
export const ORDERS = { ...MONEY_ORDERS, ...CASE_ORDERS } as const
