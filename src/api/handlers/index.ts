import type { Handlers } from '../handler.ts'
import { accountHandlers } from './accounts.ts'
import { alertHandlers } from './alerts.ts'
import { planHandlers, priceBookHandlers } from './catalogue.ts'
import { creditHandlers, keyHandlers } from './credit.ts'
import { endpointHandlers } from './endpoints.ts'
import { journalHandlers } from './journal.ts'
import { meteringHandlers } from './metering.ts'
import { serverHandlers } from './server.ts'

export const HANDLERS: Handlers = {
  ...meteringHandlers,
  ...accountHandlers,
  ...creditHandlers,
  ...keyHandlers,
  ...journalHandlers,
  ...alertHandlers,
  ...endpointHandlers,
  ...planHandlers,
  ...priceBookHandlers,
  ...serverHandlers,
}
