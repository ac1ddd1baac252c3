import type { Handlers } from '../handler.ts'
import { accountHandlers } from './accounts.ts'
import { reloadHandlers } from './auto-reload.ts'
import { planHandlers, priceBookHandlers } from './catalogue.ts'
import { creditHandlers, keyHandlers } from './credit.ts'
import { journalHandlers } from './journal.ts'
import { meteringHandlers } from './metering.ts'
import { methodHandlers, purchaseHandlers, refundHandlers } from './payments.ts'
import { serverHandlers } from './server.ts'

export const HANDLERS: Handlers = {
  ...meteringHandlers,
  ...accountHandlers,
  ...creditHandlers,
  ...keyHandlers,
  ...methodHandlers,
  ...purchaseHandlers,
  ...refundHandlers,
  ...reloadHandlers,
  ...journalHandlers,
  ...planHandlers,
  ...priceBookHandlers,
  ...serverHandlers,
}
