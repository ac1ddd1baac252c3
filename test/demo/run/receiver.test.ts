import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebhookReceiver } from '../../../src/demo/run/alerts/receiver.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
const BODY = '{"type":"alert.cap_level"}'

let receiver: WebhookReceiver

beforeEach(async () => {
  receiver = await WebhookReceiver.start()
})

afterEach(() => receiver.close())

async function post(secret: string, body = BODY): Promise<number> {
  const at = new Date()
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, BODY),
  }
  return (await fetch(receiver.url, { method: 'POST', headers, body })).status
}

test('what is signed with the secret of the endpoint is taken, once however often it comes', async () => {
  receiver.trust(SECRET)
  expect([await post(SECRET), await post(SECRET)]).toEqual([204, 204])
  expect([...receiver.verified]).toEqual(['msg_1'])
  expect(receiver.rejected).toBe(0)
})

test('another secret, another body, and whatever comes before a secret is known are refused', async () => {
  expect(await post(SECRET)).toBe(401)
  receiver.trust(SECRET)
  expect(await post(OTHER)).toBe(401)
  expect(await post(SECRET, '{}')).toBe(401)
  expect(receiver.verified.size).toBe(0)
  expect(receiver.rejected).toBe(3)
})
