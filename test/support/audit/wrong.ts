import { auditBank } from '../../../bench/audit/accounts.ts'
import { Bank, type Fault } from '../../../bench/audit/bank.ts'
import type { Finding } from '../../../src/core/audit/index.ts'
import type { Cap, Plan } from '../../../src/core/funding/index.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import { readNanos, ZERO } from '../../../src/core/money/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { at, book, NANOS_PER_CENT, UNIT_BOOK, usd } from '../core/fixtures.ts'

interface Start {
  readonly plan: Plan
  readonly start?: string
  readonly overage?: string
  readonly paidUse?: boolean
}

interface Charged extends Pick<Fault, 'eventAt'> {
  readonly view?: Fault['view'] | undefined
  readonly edit?: Fault['edit'] | undefined
  readonly fingerprint?: string
  readonly evidence?: Readonly<Record<string, unknown>>
}

/** An account with prices in which any amount can be written, and a program that may be wrong about it. */
export class Wrong {
  readonly #bank: Bank
  #edit: Fault['edit'] | null = null

  constructor({ plan, start = '2026-11-02T09:00:00Z', overage }: Start) {
    this.#bank = new Bank('acct_vector', at(start), { plan, books: [book(UNIT_BOOK)] })
    if (overage !== undefined)
      this.#bank.run({
        kind: 'set_controls',
        ...this.#bank.common(),
        overageLimit: usd(overage),
      })
  }

  get now(): Instant {
    return this.#bank.now
  }

  wait(ms: number): this {
    this.#bank.wait(ms)
    return this
  }

  until(time: string): this {
    return this.wait(at(time) - this.now)
  }

  /** A call that costs this much. */
  charge(amount: string, { view, edit, eventAt, ...more }: Charged = {}): this {
    const fault = { ...(view && { view }), ...(edit && { edit }) }
    this.#bank.record(this.#call(amount, more), {
      ...fault,
      ...(eventAt !== undefined && { eventAt }),
    })
    return this
  }

  /** A call that could cost this much, and is turned away. */
  refused(amount: string, fault: Fault = {}): this {
    const cents = parseInt((readNanos(amount) / NANOS_PER_CENT).toString(), 10)
    const body = this.#bank.authorize(this.#call(amount, {}), cents, fault)
    if (!body.refused) throw new Error('the call was not refused')
    return this
  }

  #call(amount: string, more: Pick<Charged, 'fingerprint' | 'evidence'>) {
    const nanos = readNanos(amount)
    const rest = parseInt((nanos % NANOS_PER_CENT).toString(), 10)
    return {
      id: this.#bank.id('call'),
      dialect: 'openai_chat' as const,
      model: 'unit',
      usage: {
        prompt_tokens: rest,
        prompt_tokens_details: { cached_tokens: rest },
        completion_tokens: parseInt((nanos / NANOS_PER_CENT).toString(), 10),
      },
      ...more,
    }
  }

  grant(amount: string, own: { expiresAt?: Instant } = {}): EntryBody {
    return this.#bank.grant(amount, own)
  }

  topUp(amount: string, tax?: { readonly tax: string; readonly rate: string }): EntryBody {
    const own = tax ? { tax: usd(tax.tax), facts: { tax_rate: tax.rate } } : { tax: ZERO }
    return this.#bank.topUp(amount, own, this.#edit ? { edit: this.#edit } : {})
  }

  voidLot(lotId: string): EntryBody {
    const fault = this.#edit ? { edit: this.#edit } : {}
    const command = {
      kind: 'void_lot',
      ...this.#bank.common(),
      lotId,
      reason: 'by_mistake',
    } as const
    return this.#bank.run(command, fault)
  }

  caps(caps: readonly Cap[]): void {
    this.#bank.caps(caps)
  }

  /** What is written by a program that writes it otherwise. */
  edited(write: () => unknown, edit: Fault['edit']): this {
    this.#edit = edit ?? null
    write()
    this.#edit = null
    return this
  }

  findings(): Finding[] {
    return auditBank(this.#bank)
  }
}
