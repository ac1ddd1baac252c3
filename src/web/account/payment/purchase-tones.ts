import type { Tone } from '../../kit/index.ts'
import type { Purchase } from './data.ts'

export const STATUS_TONES: Readonly<Record<Purchase['status'], Tone>> = {
  started: 'accent',
  processing: 'accent',
  action_required: 'warn',
  charged: 'accent',
  credited: 'ok',
  returned: 'muted',
  failed: 'danger',
}
