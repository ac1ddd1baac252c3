import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { alertMessage, alertWordsOf, type Occasion } from '../../src/contract/alerts/index.ts'
import type { AlertFacts } from '../../src/core/alerts/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { checkAddress, isPublicAddress } from '../../src/guard/address.ts'
import { Mailer } from '../../src/notify/email.ts'
import { HttpPost } from '../../src/notify/http-post.ts'
import { chatBody, signatureHeaders, webhookBody } from '../../src/notify/webhook.ts'
import { SecretBox } from '../../src/store/secret-box.ts'
import { MailCapture, Receiver } from './support/receiver.ts'

const FACTS: AlertFacts = {
  kind: 'window_level',
  window_id: 'session',
  start: '2026-11-26T00:00:00.000Z',
  end: '2026-11-26T05:00:00.000Z',
  limit: '10',
  used: '9.5',
  left: '0.5',
  used_percent: 95,
  left_percent: 5,
  resets_at: '2026-11-26T05:00:00.000Z',
  level: 90,
  after: 'stops',
}
const occasion = (facts: Occasion['facts'] = FACTS, account_name = 'Acme'): Occasion => ({
  account_id: 'acct_1',
  account_name,
  currency: 'USD',
  as_of: '2026-11-26T02:17:00.000Z',
  seq: 918_204,
  facts,
})
const EN = { lang: 'en', timeZone: 'Asia/Tokyo' } as const
const JA = { lang: 'ja', timeZone: 'Asia/Tokyo' } as const

describe('an alert in words', () => {
  it('says used and left together, the reset in full, and what to do', () => {
    expect(alertMessage(occasion(), EN)).toEqual({
      title: 'Your session window: 95 % used - 5 % left',
      lines: [
        '95 % used - 5 % left.',
        '$9.50 of $10.00 used - $0.50 left.',
        'Resets in 2 h 43 min - Thu 26 Nov, 14:00 (Asia/Tokyo).',
        'When it is used up, calls stop until it resets. To go on then, add credit and switch paid use on.',
        'Account: “Acme” (acct_1).',
        'These figures are as of Thu 26 Nov, 11:17 (Asia/Tokyo), entry 918204.',
      ],
    })
    expect(alertMessage(occasion(), JA).lines.slice(0, 3)).toEqual([
      '使用95% - 残り5%。',
      '$10.00のうち$9.50を使用 - 残り$0.50。',
      '2時間43分後の11月26日(木) 14:00(Asia/Tokyo)にリセットされます。',
    ])
  })

  const flat = (words: object): [string, string][] =>
    Object.entries(words).flatMap(([name, own]) =>
      Object.entries(own as Record<string, string>).map(([key, text]): [string, string] => [
        `${name}.${key}`,
        text,
      ]),
    )
  it('has the same placeholders in both languages, and no Latin letters in Japanese', () => {
    const ja = new Map(flat(alertWordsOf('ja')))
    const placeholders = (text = '') => [...new Set(text.match(/\{\w+\}/g))].sort()
    const en = flat(alertWordsOf('en'))
    expect(en.length).toBeGreaterThan(50)
    for (const [path, text] of en) {
      expect(placeholders(ja.get(path)), path).toEqual(placeholders(text))
      expect(ja.get(path)?.replaceAll(/\{\w+\}/g, ''), path).not.toMatch(/[A-Za-z]/)
    }
  })
})

describe('a webhook', () => {
  const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const OTHER = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

  it('is signed as the known answer of Standard Webhooks', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: instant(1_614_265_330_000),
      body: '{"test": 2432232314}',
    }
    expect(signatureHeaders(message, [SECRET])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('verifies with either of two live secrets, and with no other', () => {
    const body = webhookBody(occasion(), EN)
    const headers = signatureHeaders({ id: 'msg_1', at: instant(Date.now()), body }, [
      SECRET,
      OTHER,
    ])
    for (const secret of [SECRET, OTHER])
      expect(new Webhook(secret).verify(body, headers)).toMatchObject({
        type: 'alert.window_level',
        timestamp: '2026-11-26T02:17:00.000Z',
        data: { account_id: 'acct_1', level: 90, used_percent: 95, left_percent: 5 },
      })
    const stranger = new Webhook(`whsec_${Buffer.alloc(32, 9).toString('base64')}`)
    expect(() => stranger.verify(body, headers)).toThrow()
  })

  it('of a chat cannot be made to mention anybody', () => {
    const { text } = JSON.parse(chatBody(occasion(FACTS, '<!channel> & co'), EN))
    expect(text).toContain('&lt;!channel&gt; &amp; co')
  })
})

describe('addresses that are not of the public internet are refused', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '100.64.0.1',
    '192.168.1.1',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    'fe80::1',
    'fd00::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(false))
  it.each(['8.8.8.8', '172.15.0.1', '2606:4700::1111'])('%s is one', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  )

  const resolve = async (host: string) =>
    host === 'mixed.example'
      ? [
          { address: '8.8.8.8', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]
      : [{ address: host === 'inside.example' ? '127.0.0.1' : '8.8.8.8', family: 4 }]
  it.each([
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://[::ffff:7f00:1]/',
    'https://[::1]/',
    'https://inside.example/',
    'https://mixed.example/',
    'https://user:pass@outside.example/',
    'http://outside.example/',
    'ftp://outside.example/',
    'file:///etc/passwd',
    'nonsense',
  ])('%s', async (address) => {
    await expect(checkAddress(address, { allowPrivate: false, resolve })).rejects.toThrow()
  })
  it('a public name is let through', async () => {
    const url = await checkAddress('https://outside.example/x', { allowPrivate: false, resolve })
    expect(url.hostname).toBe('outside.example')
  })

  it('also when the name leads elsewhere only at the time of the call', async () => {
    const http = new HttpPost({ allowPrivate: false, resolve, timeoutMs: 2_000 })
    const message = { body: '{}', headers: {} }
    expect(await http.post('https://inside.example/', message)).toMatchObject({
      outcome: 'address_refused',
    })
    expect(await http.post('https://[::1]/', message)).toMatchObject({ outcome: 'address_refused' })
    await http.close()
  })
})

describe('a call over http', () => {
  const receiver = new Receiver()
  const http = new HttpPost({ allowPrivate: true, timeoutMs: 2_000 })
  let url: string
  beforeAll(async () => {
    url = await receiver.start()
  })
  afterAll(async () => {
    await http.close()
    await receiver.stop()
  })
  afterEach(() => {
    receiver.status = 200
    receiver.headers = {}
  })

  it.each([
    [204, 'delivered'],
    [200, 'delivered'],
    [302, 'redirected'],
    [410, 'answered_with_error'],
    [500, 'answered_with_error'],
  ])('that is answered with %d is %s; no redirect is followed', async (status, outcome) => {
    receiver.status = status
    receiver.headers = { location: url }
    const before = receiver.received.length
    expect(await http.post(url, { body: '{}', headers: {} })).toMatchObject({ outcome, status })
    expect(receiver.received.length).toBe(before + 1)
  })

  it('to nobody is unreachable', async () => {
    const reply = await http.post('http://127.0.0.1:1/', { body: '{}', headers: {} })
    expect(reply).toMatchObject({ outcome: 'unreachable', status: null })
  })
})

describe('an e-mail', () => {
  const capture = new MailCapture()
  let mailer: Mailer
  beforeAll(async () => {
    const url = await capture.start()
    mailer = new Mailer({ url, from: 'Everycent <billing@example.com>', timeoutMs: 2_000 })
  })
  afterAll(async () => {
    mailer.close()
    await capture.stop()
  })

  it('has its subject encoded, a text and a page, and the same id each time', async () => {
    for (const reader of [EN, JA])
      expect(await mailer.send('a@example.org', 'msg_1.x', occasion(), reader)).toMatchObject({
        outcome: 'delivered',
      })
    const [en, ja] = capture.mails
    expect(en).toMatchObject({ to: 'a@example.org' })
    expect(en?.data).toContain('Subject: Your session window: 95 % used - 5 % left')
    expect(en?.data).toContain('Content-Type: text/html')
    expect(ja?.data).toMatch(/Subject: =\?UTF-8\?[QB]\?/)
    for (const mail of [en, ja]) expect(mail?.data).toContain('Message-ID: <msg_1.x@example.com>')
  })

  it('that the server does not take is rejected, with its status', async () => {
    capture.rcpt = '550 no such mailbox'
    expect(await mailer.send('b@example.org', 'msg_2.x', occasion(), EN)).toMatchObject({
      outcome: 'rejected',
      status: 550,
    })
    capture.rcpt = '250 OK'
  })
})

describe('secrets at rest', () => {
  const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  it('open with their key, where they were kept, and nowhere else', () => {
    const sealed = new SecretBox([first]).seal('whsec_x', 'a')
    expect(sealed).not.toContain('whsec')
    expect(new SecretBox([second, first]).open(sealed, 'a')).toBe('whsec_x')
    expect(() => new SecretBox([first]).open(sealed, 'b')).toThrow()
    expect(() => new SecretBox([second]).open(sealed, 'a')).toThrow()
  })
})
