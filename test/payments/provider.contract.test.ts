import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromMinor } from '../../src/core/money/index.ts'
import {
  type ChargeOrder,
  type PaymentProvider,
  ProviderRefused,
  ProviderUnavailable,
  SETUP_REF,
  SignatureInvalid,
} from '../../src/payments/provider.ts'
import { SimulatedProcessor } from '../../src/payments/simulated/processor.ts'
import { simulatedProvider } from '../../src/payments/simulated/provider.ts'
import { type SimulatedServer, serveProcessor } from '../../src/payments/simulated/server.ts'
import { stripeProvider } from '../../src/payments/stripe/provider.ts'

const SECRET = 'whsec_of_the_tests'
const servers: SimulatedServer[] = []
afterAll(() => Promise.all(servers.map((server) => server.close())))

interface Rig {
  readonly processor: SimulatedProcessor
  readonly provider: PaymentProvider
}

/** The official SDK over HTTP, and the simulated provider without a network: one contract. */
const RIGS: readonly (readonly [string, () => Promise<Rig>])[] = [
  [
    'stripe SDK',
    async () => {
      const processor = newProcessor()
      const server = await serveProcessor(processor)
      servers.push(server)
      const provider = stripeProvider({
        apiKey: 'sk_test_simulated',
        webhookSecret: SECRET,
        baseUrl: server.url,
      })
      return { processor, provider }
    },
  ],
  [
    'simulated',
    async () => {
      const processor = newProcessor()
      return { processor, provider: simulatedProvider(processor) }
    },
  ],
]

const cents = (minor: bigint) => fromMinor(minor, 'USD')
const usd = (amountMinor: bigint) => ({ amountMinor, currency: 'USD' })

const newProcessor = () => new SimulatedProcessor({ webhookSecret: SECRET, nowMs: Date.now })

describe.each(RIGS)('%s', (_name, start) => {
  let rig: Rig
  let customerRef: string
  let orders = 0
  beforeAll(async () => {
    rig = await start()
    customerRef = await rig.provider.createCustomer({ accountId: 'acct_1', key: 'customer' })
  })

  async function order(token: string, own: Partial<ChargeOrder> = {}): Promise<ChargeOrder> {
    const { methodRef } = await rig.provider.saveMethod(customerRef, token)
    orders += 1
    return {
      key: `key_${orders}`,
      paymentId: `pay_${orders}`,
      accountId: 'acct_1',
      customerRef,
      methodRef,
      amountMinor: 2_200n,
      currency: 'USD',
      offSession: false,
      returnUrl: 'https://example.com/back',
      ...own,
    }
  }

  /** Asks with the same key until there is an answer. */
  const atLast = (one: ChargeOrder) =>
    rig.provider.charge(one).catch(() => rig.provider.charge(one))

  it('has a page of its own for a card, which knows whose it is and leads back', async () => {
    const wish = {
      customerRef,
      key: 'hosted',
      returnUrl: `https://example.com/back?setup=${SETUP_REF}`,
      cancelUrl: 'https://example.com/back',
    }
    const page = await rig.provider.beginHostedSetup(wish)
    expect(page.url).toMatch(/^https:/)
    expect(await rig.provider.beginHostedSetup(wish)).toEqual(page)
    const before = await rig.provider.readHostedSetup(page.setupRef)
    expect(before).toEqual({ customerRef, methodRef: null })
    const back = rig.processor.completeCheckout(page.setupRef, 'pm_card_de')
    expect(back).toBe(`https://example.com/back?setup=${page.setupRef}`)
    const { methodRef } = await rig.provider.readHostedSetup(page.setupRef)
    expect(await rig.provider.saveMethod(customerRef, methodRef ?? '')).toMatchObject({
      methodRef,
      country: 'DE',
    })
    await expect(rig.provider.readHostedSetup('cs_none')).rejects.toThrow(ProviderRefused)
  })

  it('knows a customer by the key, and of a card only what may be known', async () => {
    const again = await rig.provider.createCustomer({ accountId: 'acct_1', key: 'customer' })
    expect(again).toBe(customerRef)
    const setup = await rig.provider.beginSetup({ customerRef, key: 'setup' })
    expect(setup.clientSecret).toContain(setup.setupRef)
    expect(await rig.provider.saveMethod(customerRef, 'pm_card_jp')).toMatchObject({
      brand: 'visa',
      last4: '0003',
      country: 'JP',
    })
  })

  it('charges a key once and answers the same each time', async () => {
    const one = await order('pm_card_visa')
    const first = await rig.provider.charge(one)
    expect(first).toMatchObject({
      status: 'succeeded',
      paymentId: one.paymentId,
      amountMinor: 2_200n,
      currency: 'USD',
    })
    expect(await rig.provider.charge(one)).toEqual(first)
    expect(await rig.provider.readCharge(first.chargeRef)).toEqual(first)
    const own = rig.processor.charges().filter(({ id }) => id === first.chargeRef)
    expect(own).toHaveLength(1)
  })

  it.each([
    ['MGA', 1_000_000n, 10_000],
    ['ISK', 5_000n, 500_000],
    ['UGX', 5_000n, 500_000],
    ['JPY', 5_000n, 5_000],
    ['USD', 5_000n, 5_000],
    ['KWD', 5_120n, 5_120],
    ['TWD', 5_000n, 5_000],
  ])('counts %s as Stripe does: %d minor units are %d', async (currency, amountMinor, wire) => {
    const one = await order('pm_card_visa', { amountMinor, currency })
    const { chargeRef, ...made } = await rig.provider.charge(one)
    expect(made).toMatchObject({ amountMinor, currency })
    const refundId = `half_${chargeRef}`
    const half = { amountMinor: amountMinor / 2n, currency }
    await rig.provider.refund({ key: refundId, refundId, chargeRef, ...half })
    expect(rig.processor.charges().find(({ id }) => id === chargeRef)).toMatchObject({
      ...{ amount: wire, amount_refunded: wire / 2, currency: currency.toLowerCase() },
    })
    const moved = []
    for await (const own of rig.provider.movements({ fromMs: 0, untilMs: Date.now() + 1_000 }))
      if (own.chargeRef === chargeRef) moved.push(own.amount)
    const [whole, part] = [fromMinor(amountMinor, currency), fromMinor(amountMinor / 2n, currency)]
    expect(moved).toEqual([-part, whole])
  })

  it.each([
    ['KWD', 5_124n],
    ['MGA', 1_000_050n],
  ])('charges no %s of which no card is charged a part', async (currency, amountMinor) => {
    const one = await order('pm_card_visa', { amountMinor, currency })
    await expect(rig.provider.charge(one)).rejects.toMatchObject({ code: 'amount_not_payable' })
  })

  it('refuses a key that was used for something else', async () => {
    const one = await order('pm_card_visa')
    await rig.provider.charge(one)
    const other = rig.provider.charge({ ...one, amountMinor: 1n })
    await expect(other).rejects.toBeInstanceOf(ProviderRefused)
  })

  it('tells a decline as an answer, and the same for the same key', async () => {
    const one = await order('pm_card_visa_chargeDeclinedInsufficientFunds', { offSession: true })
    const declined = { status: 'failed', declineCode: 'insufficient_funds' }
    expect(await rig.provider.charge(one)).toMatchObject(declined)
    expect(await rig.provider.charge(one)).toMatchObject(declined)
  })

  it.each([true, false])(
    'gives a link where the buyer has to answer (off session: %s)',
    async (offSession) => {
      const one = await order('pm_card_authenticationRequired', { offSession })
      const waiting = await rig.provider.charge(one)
      expect(waiting).toMatchObject({ status: 'action_required' })
      expect(waiting.actionUrl).toMatch(/^https:/)
      rig.processor.authenticate(waiting.chargeRef)
      expect(await rig.provider.readCharge(waiting.chargeRef)).toMatchObject({
        status: 'succeeded',
      })
    },
  )

  it('says when it does not know, and finds a charge whose answer was lost', async () => {
    const one = await order('pm_card_breaksAfterSuccess')
    await expect(rig.provider.charge(one)).rejects.toBeInstanceOf(ProviderUnavailable)
    const { paymentId } = one
    const found = await rig.provider.findCharge({ customerRef, paymentId, sinceMs: Date.now() })
    expect(found).toMatchObject({ status: 'succeeded', paymentId })
    expect(await atLast(one)).toEqual(found)
  })

  it('finds nothing where nothing was charged, and charges once then', async () => {
    const one = await order('pm_card_breaksBefore')
    await expect(rig.provider.charge(one)).rejects.toBeInstanceOf(ProviderUnavailable)
    const look = { customerRef, paymentId: one.paymentId, sinceMs: Date.now() }
    expect(await rig.provider.findCharge(look)).toBeNull()
    expect(await atLast(one)).toMatchObject({ status: 'succeeded' })
  })

  it('ends a charge that waits', async () => {
    const { chargeRef } = await rig.provider.charge(await order('pm_card_authenticationRequired'))
    expect(await rig.provider.cancelCharge(chargeRef)).toMatchObject({ status: 'failed' })
  })

  it('refunds a key once, never more than was charged, and not while it is disputed', async () => {
    const { chargeRef } = await rig.provider.charge(await order('pm_card_visa'))
    const refund = { key: `r_${chargeRef}`, refundId: 'ref_1', chargeRef, ...usd(2_000n) }
    const first = await rig.provider.refund(refund)
    expect(first).toMatchObject({ status: 'succeeded' })
    expect(await rig.provider.refund(refund)).toEqual(first)
    expect(await rig.provider.findRefund(chargeRef, 'ref_1')).toEqual(first)
    expect(await rig.provider.findRefund(chargeRef, 'ref_2')).toBeNull()
    const more = { ...refund, key: `more_${chargeRef}`, refundId: 'ref_2', amountMinor: 201n }
    await expect(rig.provider.refund(more)).rejects.toBeInstanceOf(ProviderRefused)
    const dispute = rig.processor.openDispute(chargeRef)
    expect(await rig.provider.readDispute(dispute)).toMatchObject({ chargeRef, status: 'open' })
    const less = { ...more, key: `less_${chargeRef}`, amountMinor: 1n }
    await expect(rig.provider.refund(less)).rejects.toBeInstanceOf(ProviderRefused)
    rig.processor.closeDispute(dispute, 'lost')
    expect(await rig.provider.readDispute(dispute)).toMatchObject({ status: 'lost' })
  })

  it('lists what moved its balance: each charge, refund and dispute with what it is of', async () => {
    const fromMs = Date.now() - 1_000
    const one = await order('pm_card_visa', { amountMinor: 1_000n })
    const { chargeRef } = await rig.provider.charge(one)
    await rig.provider.refund({
      key: `m_${chargeRef}`,
      refundId: 'ref_m',
      chargeRef,
      ...usd(400n),
    })
    const dispute = rig.processor.openDispute(chargeRef)
    rig.processor.closeDispute(dispute, 'won')
    // more than a page
    for (let more = 0; more < 101; more += 1)
      await rig.provider.charge(await order('pm_card_visa', { amountMinor: 100n }))
    const all = []
    for await (const own of rig.provider.movements({ fromMs, untilMs: Date.now() + 1_000 }))
      all.push(own)
    expect(new Set(all.map(({ ref }) => ref)).size).toBe(all.length)
    expect(all.length).toBeGreaterThanOrEqual(105)
    const told = all
      .filter((own) => own.chargeRef === chargeRef)
      .map(({ type, amount, subject, fee }) => [type, amount, subject, fee])
    expect(told.reverse()).toEqual([
      ['charge', cents(1_000n), null, cents(59n)],
      ['refund', cents(-400n), 'ref_m', 0n],
      ['dispute', cents(-1_000n), dispute, 0n],
      ['dispute_won', cents(1_000n), dispute, 0n],
    ])
    expect(all.find((own) => own.chargeRef === chargeRef && own.type === 'charge')).toMatchObject({
      paymentId: one.paymentId,
      currency: 'USD',
    })
  })

  it('does not charge a method that was removed', async () => {
    const one = await order('pm_card_visa')
    await rig.provider.removeMethod(one.methodRef)
    await expect(rig.provider.charge(one)).rejects.toBeInstanceOf(ProviderRefused)
  })

  it('believes a webhook only with its own signature, and not an old one', async () => {
    rig.processor.takeWebhooks()
    const one = await order('pm_card_visa')
    await rig.provider.charge(one)
    const [hook] = rig.processor.takeWebhooks()
    const { body, signature } = hook!
    expect(rig.provider.readEvent(body, signature, Date.now())).toMatchObject({
      subject: 'charge',
      paymentId: one.paymentId,
    })
    const read =
      (text: string, sign: string, now = Date.now()) =>
      () =>
        rig.provider.readEvent(text, sign, now)
    expect(read(`${body} `, signature)).toThrow(SignatureInvalid)
    expect(read(body, signature.replace(/.$/, 'x'))).toThrow(SignatureInvalid)
    expect(read(body, signature, Date.now() + 600_000)).toThrow(SignatureInvalid)
  })
})
