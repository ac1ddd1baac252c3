import { expect, test } from 'vitest'
import { ENTRY_KINDS } from '../../src/core/ledger/index.ts'
import { KINDS } from '../../src/verifier/entry.ts'
import { verifyStatement } from '../../src/verifier/index.ts'
import {
  fileOf,
  type Issued,
  issue,
  type Kept,
  SIGNER,
  statementsOf,
} from '../support/verifier/issue.ts'
import { changed, leavesOf, withLeaf } from '../support/verifier/leaves.ts'
import { story } from '../support/verifier/story.ts'
import { TestSigner } from '../support/verifier/tree.ts'

/* Whoever does not hold the key of the log can change nothing, not a byte. */

const SEED = 20_261_126
const SAMPLE = 600

const { journal, cut } = story()
const made = statementsOf(journal, [cut])
const first = issue(journal, made, { number: 1, tail: 2 })
const second = issue(journal, made, { number: 2 })
const FILE = fileOf(second)
const [PREVIOUS, KEY] = [fileOf(first), SIGNER.key]

test('both statements are true, and the second begins where the first one ends', () => {
  expect(verifyStatement(PREVIOUS)).toMatchObject({
    ...{ ok: true, statement: 'S-1', entries: cut, tail: 2 },
    ...{ key_from: 'file', opening_from: 'nothing', key: KEY },
  })
  expect(verifyStatement(FILE, { key: KEY, previous: PREVIOUS })).toMatchObject({
    ...{ ok: true, key_from: 'given', opening_from: 'previous', tail: 0 },
  })
  expect(verifyStatement(FILE)).toMatchObject({ ok: true, opening_from: 'file' })
})

test('the story has every way of paying, and of getting something back', () => {
  const bodies = journal.entries.map(({ body }) => JSON.parse(body))
  const kinds = new Set(bodies.map(({ kind }) => kind))
  for (const kind of [
    ...['grant', 'top_up', 'record', 'settle', 'release', 'reattribute', 'refund', 'reverse'],
    ...['refund_purchase', 'expire_lot', 'void_lot', 'change_subscription'],
  ])
    expect(kinds).toContain(kind)
  const drawn = bodies.flatMap(({ kind, funding = [] }) => (kind === 'record' ? funding : []))
  const sources = new Set(drawn.filter((own) => own.drawn !== '0').map((own) => own.class))
  expect([...sources].sort()).toEqual([
    'before_windows',
    'included',
    'overage',
    'paid',
    'promotional',
  ])
  const lines = bodies.flatMap(({ rating }) => rating?.lines ?? [])
  expect(new Set(lines.map(({ type }) => type))).toEqual(
    new Set(['usage', 'fee', 'weight', 'promotion']),
  )
  expect(new Set(bodies.map(({ rating }) => rating?.book))).toEqual(
    new Set([undefined, 'rich', 'later']),
  )
})

test('every kind of entry that the ledger writes is known', () => {
  expect([...KINDS].sort()).toEqual([...ENTRY_KINDS].sort())
})

/** Numbers that are the same in every run. */
function* random(seed: number): Generator<number> {
  for (let own = seed; ; own = (own * 48_271) % 2_147_483_647) yield own
}

test(`no byte can be changed (${SAMPLE} of them, seed ${SEED})`, { timeout: 120_000 }, () => {
  const numbers = random(SEED)
  for (let count = 0; count < SAMPLE; count += 1) {
    const at = numbers.next().value! % FILE.length
    const file = Buffer.from(FILE)
    file[at] = (file[at] ?? 0) ^ (1 << (count % 7))
    expect(verifyStatement(file), `byte ${at}`).toMatchObject({ ok: false })
  }
})

/** Every line of the file, as text. */
const LINES = FILE.toString().trimEnd().split('\n')
const joined = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`)

test('no value of any line can be changed', { timeout: 120_000 }, () => {
  let count = 0
  LINES.forEach((line, index) => {
    const document = JSON.parse(line) as object
    for (const [path, value] of leavesOf(document)) {
      const other = JSON.stringify(withLeaf(document, path, changed(value)))
      const file = joined(LINES.with(index, other))
      expect(verifyStatement(file), `${index}: ${path.join('.')}`).toMatchObject({ ok: false })
      count += 1
    }
  })
  expect(count).toBeGreaterThan(500)
})

const ENTRIES = LINES.slice(1, -1)
const [HEAD = '', END = ''] = [LINES[0], LINES.at(-1)]

test.each([
  ['an entry is left out', ENTRIES.toSpliced(3, 1)],
  ['the last entry is left out', ENTRIES.slice(0, -1)],
  ['two entries change places', ENTRIES.with(2, ENTRIES[3]!).with(3, ENTRIES[2]!)],
  ['an entry is there twice', ENTRIES.toSpliced(3, 0, ENTRIES[3]!)],
  ['an entry of before is put in', ENTRIES.toSpliced(1, 0, JSON.stringify(first.entries[4]))],
])('it is found that %s', (_, entries) => {
  expect(verifyStatement(joined([HEAD, ...entries, END]))).toMatchObject({ ok: false })
})

test.each([
  ['is empty', Buffer.of()],
  ['is something else', Buffer.from('{"format":"something"}\n')],
  ['is no JSON', Buffer.from('PK\n')],
  ['is null', Buffer.from('null\n')],
  ['has a head only', joined([HEAD])],
  ['is cut off', FILE.subarray(0, FILE.length - 30)],
  ['ends without its last line break', FILE.subarray(0, -1)],
  ['has something after its end', Buffer.concat([FILE, Buffer.from('\n')])],
  ['begins with a byte order mark', Buffer.concat([Buffer.from('\ufeff'), FILE])],
])('a file is refused that %s', (_, file) => {
  expect(verifyStatement(file)).toMatchObject({ ok: false, field: expect.any(String) })
})

test('the first lie is named with its entry, what was stated and what it is', () => {
  const entry = second.entries[1] as Kept
  const line = JSON.stringify({ ...entry, body: entry.body.replace('"free"', '"frei"') })
  const verdict = verifyStatement(joined(LINES.with(2, line)))
  expect(verdict).toMatchObject({ ok: false, seq: entry.seq, field: 'hash', stated: entry.hash })
})

test('a file that somebody else has signed is not one of this log', () => {
  const other = new TestSigner('log.example/books', 9)
  const issued: Issued = { ...second, head: { ...second.head, key: other.key } }
  const file = fileOf(issued, other)
  expect(verifyStatement(file)).toMatchObject({ ok: false, field: 'checkpoint' })
  expect(verifyStatement(file, { key: KEY })).toMatchObject({ ok: false, field: 'key' })
  expect(verifyStatement(fileOf(second, other), { key: KEY })).toMatchObject({
    ...{ ok: false, field: 'signature of the file' },
  })
})

test('evidence may be removed later, but it cannot be another', () => {
  const at = first.entries.findIndex(({ evidence }) => evidence !== null)
  const other = (evidence: string | null): Issued => ({
    ...first,
    entries: first.entries.with(at, { ...first.entries[at]!, evidence }),
  })
  expect(at).toBeGreaterThan(0)
  expect(verifyStatement(fileOf(other(null)))).toMatchObject({ ok: true })
  expect(verifyStatement(fileOf(other('{}')))).toMatchObject({ ok: false, field: 'evidence' })
})
