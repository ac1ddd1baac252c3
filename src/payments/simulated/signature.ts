import { createHmac } from 'node:crypto'
import { isSameSecret } from '../../guard/secrets.ts'

/** A webhook that waits to be delivered: in order, twice, or backwards, as the caller likes. */
export interface Delivery {
  readonly body: string
  readonly signature: string
}

const TOLERANCE_S = 300

/** `t=…,v1=…`: an HMAC over the time and the raw body. */
export function signed(secret: string, body: string, seconds: number): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}

/** Whether a webhook is ours and not older than five minutes. */
export function isSigned(secret: string, hook: Delivery, nowMs: number): boolean {
  const seconds = Number(/^t=(\d{1,12}),/.exec(hook.signature)?.[1] ?? Number.NaN)
  if (!(Math.abs(nowMs / 1_000 - seconds) <= TOLERANCE_S)) return false
  return isSameSecret(signed(secret, hook.body, seconds), hook.signature)
}
