/** A bug that is put into the program while its suite runs, and has to be found by it. */
export interface Plant {
  readonly name: string
  readonly file: string
  /** Is there exactly once. */
  readonly find: string
  readonly replace: string
  /** The suite that has to fail. */
  readonly suite: string
  /** Tests of it, by their names. */
  readonly tests?: string
}

const OVERLOAD = 'test/engine/overload.test.ts'
const FOLLOWING = 'test/engine/following.test.ts'
const INTERLEAVINGS = 'test/proof/interleavings/interleavings.test.ts'

export const PLANTS: readonly Plant[] = [
  {
    name: 'the version of an account is not looked at when it is written',
    file: 'src/store/statements/decision-commit.ts',
    find: 'where a.account_id = i.account_id and a.version = i.version and i.version > 0',
    replace: 'where a.account_id = i.account_id and i.version > 0',
    suite: INTERLEAVINGS,
    tests: 'last',
  },
  {
    name: 'a repeat is not looked for',
    file: 'src/core/decisions/replay.ts',
    find: 'if (!stored) return null',
    replace: 'if (stored || !stored) return null',
    suite: INTERLEAVINGS,
    tests: 'the same call',
  },
  {
    name: 'a campaign gives more than its budget',
    file: 'src/store/campaigns/claims.ts',
    find: `and (claims_max is null or claims < claims_max)
        and (budget_max is null or amount + $6::bigint <= budget_max)`,
    replace: '',
    suite: INTERLEAVINGS,
    tests: 'campaign',
  },
  {
    name: 'lots are read before the lock point',
    file: 'src/engine/load.ts',
    find: 'const spaces = openWorkspaces(batch, cache, rows)',
    replace: `const spaces = openWorkspaces(batch, cache, rows)
  for (const space of spaces.values()) {
    if (space.version === 0n || batch.after.has(space.accountId)) continue
    const text = 'select version::text as version from accounts.account where account_id = $1::text'
    const now = await client.query({ name: 'lock-point', text, values: [space.accountId] })
    space.version = BigInt(now.rows[0].version)
  }`,
    suite: INTERLEAVINGS,
    tests: 'last',
  },
  {
    name: 'an account that is to be locked is read before that',
    file: 'src/engine/engine.ts',
    find: `if (locked !== null) await lockAccount(client, locked)
      const deciding = this.#deciding()
      const spaces = await loadBatch(client, batch, this.#cache, deciding.at)`,
    replace: `const deciding = this.#deciding()
      const spaces = await loadBatch(client, batch, this.#cache, deciding.at)
      if (locked !== null) await lockAccount(client, locked)`,
    suite: FOLLOWING,
    tests: 'when it has the lock',
  },
  {
    name: 'a lot still pays at the very instant of its end',
    file: 'src/core/funding/order.ts',
    find: 'lot.expiresAt <= input.at) return',
    replace: 'lot.expiresAt < input.at) return',
    suite: INTERLEAVINGS,
    tests: 'the end of the lot',
  },
  {
    name: 'the cap of a member is forgotten',
    file: 'src/core/funding/caps.ts',
    find: "if (cap.scope === 'account') return true",
    replace: "if (cap.scope === 'account') return true\n  if (cap.scope === 'member') return false",
    suite: INTERLEAVINGS,
    tests: 'cap of the account',
  },
  {
    name: 'what calls in flight hold is free for others',
    file: 'src/core/funding/order.ts',
    find: 'free: (lot.remaining - lot.held) as Nanos',
    replace: 'free: lot.remaining',
    suite: INTERLEAVINGS,
    tests: 'the last cent',
  },
  {
    name: 'two sources change places in the funding order',
    file: 'src/core/funding/order.ts',
    find: "for (const category of ['promotional', 'paid'] as const)",
    replace: "for (const category of ['paid', 'promotional'] as const)",
    suite: 'test/core/funding',
  },
  {
    name: 'what expires last is used first',
    file: 'src/core/funding/order.ts',
    find: 'if (expiry !== 0) return expiry',
    replace: 'if (expiry !== 0) return -expiry',
    suite: 'test/core/funding',
  },
  {
    name: 'an answer that failed in the middle is charged',
    file: 'src/core/decisions/outcome.ts',
    find: "upstream_failed_mid_stream: { pays: 'nothing', absorbed: true }",
    replace: "upstream_failed_mid_stream: { pays: 'delivered', absorbed: false }",
    suite: 'test/core/decisions',
  },
  {
    name: 'a total is rounded up',
    file: 'src/core/money/rounding.ts',
    find: 'const next = floorDivide(exact, denominator)',
    replace: 'const next = -floorDivide(-exact, denominator)',
    suite: 'test/core/pricing',
  },
  {
    name: 'a cap lets the last call over it',
    file: 'src/core/funding/caps.ts',
    find: 'const room = use.amount - use.spent - use.held',
    replace: 'const room = use.amount - use.spent',
    suite: INTERLEAVINGS,
    tests: 'cap of the account',
  },
  {
    name: 'a hold may time out before its time',
    file: 'src/core/decisions/expire.ts',
    find: 'if (at < readInstant(hold.lives_until ?? hold.expires_at))',
    replace: 'if (at < readInstant(hold.at))',
    suite: 'test/spec/holds.spec.test.ts',
  },
  {
    name: 'each look at a low balance orders a reload of its own',
    file: 'src/payments/reload.ts',
    find: "derivedId('pay', accountId, 'reload', String(check.round))",
    replace: "deps.ids('pay')",
    suite: INTERLEAVINGS,
    tests: 'auto-reload',
  },
  {
    name: 'ends of calls wait behind new calls',
    file: 'src/engine/waiting.ts',
    find: "new Set(['settle', 'release', 'extend', 'expire_hold'])",
    replace: 'new Set()',
    suite: OVERLOAD,
  },
  {
    name: 'the queue has no bound',
    file: 'src/engine/pressure.ts',
    find: 'const isFull = isEnd ? ends >= endsQueueMax : size - ends >= queueMax',
    replace: 'const isFull = isEnd && size < 0 && ends >= endsQueueMax && queueMax === 0',
    suite: OVERLOAD,
  },
  {
    name: 'what has waited too long is turned away although it may have been written',
    file: 'src/engine/pressure.ts',
    find: 'job.cameMs < before && !job.uncertain',
    replace: 'job.cameMs < before',
    suite: 'test/engine/pressure.test.ts',
  },
  {
    name: 'the room of a body is never given back',
    file: 'src/gateway/gate.ts',
    find: 'this.#heldBytes -= bytes',
    replace: 'this.#heldBytes -= 0',
    suite: 'test/gateway/overload.test.ts',
  },
]
