import { accountArea } from '../account/screens.ts'
import { operatorArea } from '../operator/screens.ts'
import { sessionArea } from '../session/screens.ts'
import { supportArea } from '../support/screens.ts'
import type { Area } from './screens.ts'

export const AREAS: readonly Area[] = [accountArea, supportArea, operatorArea, sessionArea]
