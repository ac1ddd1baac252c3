import { expect, test } from 'vitest'
import { verifyStatement } from '../../src/verifier/index.ts'
import { fileOf, issue, type Journal, statementsOf } from '../support/verifier/issue.ts'
import { changed, leavesOf, nameOf, withLeaf } from '../support/verifier/leaves.ts'
import { rewritten, story } from '../support/verifier/story.ts'

/*
 * The issuer lies: he holds the key, changes something, and makes the chain, the statement, the seal and the
 * signature anew, so that no hash is wrong. What is computed once more has to find it.
 */

const { journal, cut } = story()
const BODIES = journal.entries.map(({ body }) => body)

/** What the verifier says of the statement that holds the entry, as the liar makes it. */
function judged(lied: Journal, seq: number) {
  const number = seq <= cut ? 1 : 2
  const made = statementsOf(lied, [cut])
  return verifyStatement(fileOf(issue(lied, made, { number })))
}

/** Found out by the verifier, or told by what makes a statement: it does not add up even for the liar. */
function isFound(lied: Journal, seq: number): boolean {
  try {
    return !judged(lied, seq).ok
  } catch {
    return true
  }
}

test('the liar who changes nothing is believed', () => {
  for (const seq of [1, BODIES.length])
    expect(judged(rewritten(journal, BODIES), seq)).toMatchObject({ ok: true })
})

/** The same field of the same kind of entry, in so many places. */
const TRIES_MAX = 12

/**
 * What is covered by the hash alone: it cannot be changed once it is sealed, but nothing computes it. Each row
 * is seen at least once, so that the table says no less than what is so.
 */
const BY_HASH_ONLY: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['who ordered it', /: actor\./],
  ['what was ordered, where it is not what was done', /: command\./],
  ['names of requests', /: (?:request_id|cause_call_id|draw_key|moved\.\w+)$/],
  ['times, as far as they decide nothing', /: (?:at|event_at)$/],
  ['reasons in words', /: (?:reason|coverage\.reason|absorbed_reason)$/],
  ['who called, and with what', /: call\./],
  ['how it was served, where no price depends on it', /: served\./],
  ['usage that nobody was charged for', /^record: (?:usage|usage\.tokens\.output|pending)$/],
  ['what the plan covers, where nothing was charged', /^(?:record|release): coverage\.effect$/],
  ['why there was no price', /: rating\.(?:status|reason|missing\[\])$/],
  ['words beside a price', /: rating\.(?:band|flags\[\]|model_rule)$/],
  ['what calls in flight held', /: (?:windows|caps)\[\]\.held$/],
  ['which window bound', /: funding\[\]\.window_id$/],
  ['the trace of what is no charge', /: funding\[\]\.(?:free|reason)$/],
  ['the admission of a call', /: hold\./],
  ['the plan that an attempt was made under', /^(?:settle|release): plan$/],
  ['the end of an attempt that costs nothing', /^release: outcome\./],
  ['a longer life of credit that came back', /: restored_lots\[\]\.expires_at$/],
  ['limits that the account has set', /: (?:controls\.|caps\[\]\.)/],
  ['the opening of the account', /: account\./],
  [
    'agreements about the plan',
    /^change_subscription: (?:plan$|subscription|transition|fee|consent|cycle_end)\b/,
  ],
  ['ids of payments and refunds', /: (?:payment|purchase_refund)\./],
]

test('what a liar can change is in the table, and everything else is found', {
  timeout: 300_000,
}, () => {
  const missed = new Set<string>()
  const tries = new Map<string, number>()
  for (const [index, text] of BODIES.entries()) {
    const body = JSON.parse(text)
    for (const [path, value] of leavesOf(body)) {
      const name = `${body.kind}: ${nameOf(path)}`
      const count = tries.get(name) ?? 0
      if (count >= TRIES_MAX) continue
      tries.set(name, count + 1)
      const other = JSON.stringify(withLeaf(body, path, changed(value)))
      if (!isFound(rewritten(journal, BODIES.with(index, other)), index + 1)) missed.add(name)
    }
  }
  const unlisted = [...missed].filter((name) => !BY_HASH_ONLY.some(([, own]) => own.test(name)))
  expect(unlisted).toEqual([])
  for (const [what, own] of BY_HASH_ONLY)
    expect(
      [...missed].some((name) => own.test(name)),
      what,
    ).toBe(true)
  expect(tries.size).toBeGreaterThan(400)
})

/** Values of a statement that are money, quantities, or say whose they are. */
test('no line of the statement can be another one than its entries give', {
  timeout: 120_000,
}, () => {
  const made = statementsOf(journal, [cut])
  for (const number of [1, 2]) {
    const issued = issue(journal, made, { number })
    const { statement } = issued.head
    for (const [path, value] of leavesOf(statement)) {
      if (['label', 'account_name', 'status', 'start', 'end'].includes(`${path[0]}`)) continue
      const head = { ...issued.head, statement: withLeaf(statement, path, changed(value)) }
      const verdict = verifyStatement(fileOf({ ...issued, head }))
      expect(verdict, path.join('.')).toMatchObject({ ok: false })
    }
  }
})

/** The opening, where the statement before is at hand. */
test('no balance of the opening can be another one than the statement before ended with', {
  timeout: 120_000,
}, () => {
  const made = statementsOf(journal, [cut])
  const previous = fileOf(issue(journal, made, { number: 1 }))
  const issued = issue(journal, made, { number: 2 })
  const { opening } = issued.head
  let tried = 0
  for (const [path, value] of leavesOf(opening)) {
    const head = { ...issued.head, opening: withLeaf(opening, path, changed(value)) }
    const verdict = verifyStatement(fileOf({ ...issued, head }), { previous })
    expect(verdict, path.join('.')).toMatchObject({ ok: false })
    tried += 1
  }
  expect(tried).toBeGreaterThan(50)
})
