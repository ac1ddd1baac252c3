/**
 * The chart of accounts. Every posting carries the customer's `account_id`, house side included, so
 * that no shared row is ever updated. Amounts are signed from the customer's point of view: a
 * customer account that grows holds more for the customer.
 */
export const LEDGER_ACCOUNTS = [
  'customer:prepaid',
  'customer:promotional',
  'customer:overage_receivable',
  'customer:invoice_receivable',
  'customer:plan_credit',
  'included:allowance',
  'included:consumed',
  'house:revenue',
  'house:promotion_expense',
  'house:refund_expense',
  'house:breakage',
  'house:platform_loss',
  'house:tax_payable',
  'house:processor_clearing',
] as const

export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number]

/** The asset of included value: it never mixes with money. */
export const includedAsset = (currency: string): string => `${currency}.included`
