import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/index.ts'
import { formatNanos, type Nanos, readNanos } from '../../core/money/index.ts'

interface Row {
  readonly number: number
  readonly first_seq: string
  readonly last_seq: string
  readonly hash: string
  readonly prepaid: string
  readonly promotional: string
  readonly overage: string
}

const ACCOUNTS = {
  prepaid: 'customer:prepaid',
  promotional: 'customer:promotional',
  overage: 'customer:overage_receivable',
} as const

/** The closed statements of an account against its journal: gap-free, unbroken, and with its balances. */
export class ClosedStatements {
  readonly #rows: readonly Row[]
  readonly #balances = new Map<string, bigint>()
  #next = 0
  #fault: string | null = null

  private constructor(rows: readonly Row[]) {
    this.#rows = rows
    rows.forEach((row, index) => {
      const before = parseInt(rows[index - 1]?.last_seq ?? '0', 10)
      if (row.number !== index + 1) this.#blame(`${index + 1} is missing`)
      if (parseInt(row.first_seq, 10) !== before + 1)
        this.#blame(`${row.number} does not begin after ${before}`)
    })
  }

  static async read(client: pg.ClientBase, accountId: string): Promise<ClosedStatements> {
    const { rows } = await client.query<Row>(
      `select number, first_seq::text, last_seq::text, encode(hash, 'hex') as hash,
         document #>> '{balances,prepaid,closing}' as prepaid,
         document #>> '{balances,promotional,closing}' as promotional,
         document #>> '{balances,overage,closing}' as overage
       from accounts.statement where account_id = $1::text order by number`,
      [accountId],
    )
    return new ClosedStatements(rows)
  }

  #blame(message: string): void {
    this.#fault ??= `statement ${message}`
  }

  /** The next entry of the journal, with its hash. */
  add(body: EntryBody, hash: string): void {
    for (const [account, , amount] of body.postings)
      this.#balances.set(account, (this.#balances.get(account) ?? 0n) + readNanos(amount))
    for (; this.#endsAt(body.seq); this.#next += 1) this.#compare(this.#rows[this.#next]!, hash)
  }

  #endsAt(seq: number): boolean {
    const row = this.#rows[this.#next]
    return row !== undefined && parseInt(row.last_seq, 10) === seq
  }

  #compare(row: Row, hash: string): void {
    if (row.hash !== hash) this.#blame(`${row.number}: the hash is not that of its last entry`)
    for (const source of ['prepaid', 'promotional', 'overage'] as const) {
      const posted = this.#balances.get(ACCOUNTS[source]) ?? 0n
      // what is owed stands on a statement as a positive amount
      const stated = formatNanos((source === 'overage' ? -posted : posted) as Nanos)
      if (row[source] !== stated)
        this.#blame(`${row.number}: ${source} is ${row[source]}, the journal says ${stated}`)
    }
  }

  /** What is wrong, after all entries; `null`: nothing. */
  difference(): string | null {
    const row = this.#rows[this.#next]
    if (row) this.#blame(`${row.number} ends at ${row.last_seq}, where the journal has no entry`)
    return this.#fault
  }
}
