import type { Handlers } from '../handler.ts'
import { accountHandlers } from './accounts.ts'
import { planHandlers, priceBookHandlers } from './catalogue.ts'
import { creditHandlers, keyHandlers } from './credit.ts'
import { journalHandlers } from './journal.ts'
import { meteringHandlers } from './metering.ts'
import { serverHandlers } from './server.ts'
import { resetHandlers, subscriptionHandlers } from './subscriptions.ts'
import { windowPromotionHandlers } from './window-promotions.ts'

export const HANDLERS: Handlers = {
  ...meteringHandlers,
  ...accountHandlers,
  ...creditHandlers,
  ...keyHandlers,
  ...journalHandlers,
  ...planHandlers,
  ...priceBookHandlers,
  ...subscriptionHandlers,
  ...resetHandlers,
  ...windowPromotionHandlers,
  ...serverHandlers,
}
