import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileOf, issue, SIGNER, statementsOf } from '../support/verifier/issue.ts'
import { story } from '../support/verifier/story.ts'
import { TestLog } from '../support/verifier/tree.ts'
import { run, temporaryFolder } from './support/run.ts'

/* A buyer checks a statement with nothing but files: no server, no database, no network. */

const { journal, cut } = story()
const made = statementsOf(journal, [cut])
const log = new TestLog(SIGNER, ['one', 'two', 'three'])
const kept = log.checkpoint()
const FILES: Readonly<Record<string, string | Buffer>> = {
  'first.jsonl': fileOf(issue(journal, made, { number: 1, tail: 1, log })),
  'second.jsonl': fileOf(issue(journal, made, { number: 2 })),
  'kept.note': kept,
  'other.note': new TestLog(SIGNER, ['one', 'zwei', 'three']).checkpoint(),
  'consistency.json': JSON.stringify({ proof: log.consistencyFrom(3) }),
  'empty.jsonl': '',
  'rubbish.json': '{"a": 1}',
}

const folder = temporaryFolder()
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)

const nowhere = (() => Promise.reject(new Error('no network'))) as typeof fetch
const verify = (...argv: string[]) =>
  run(['verify-statement', ...argv], { cwd: folder, fetch: nowhere })

describe('a statement that is true', () => {
  it('is said to be so, with what the reader has to compare by himself', async () => {
    const { code, out } = await verify('first.jsonl')
    expect(code).toBe(0)
    expect(out).toContain('Statement S-1 of acct_story is true.')
    expect(out).toContain(`compare it with the published one, or give it with --key: ${SIGNER.key}`)
    expect(out).toContain('Opening: nothing, since it is the first statement.')
  })

  it('is checked by the published key, the statement before and a kept checkpoint', async () => {
    const { code, out } = await verify(
      ...['second.jsonl', '--key', SIGNER.key, '--previous', 'first.jsonl', '--json'],
    )
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      ...{ ok: true, key_from: 'given', opening_from: 'previous', account_id: 'acct_story' },
      books: [{ id: 'old' }, { id: 'rich' }, { id: 'later' }],
    })
    const proof = ['--checkpoint', 'kept.note', '--consistency', 'consistency.json']
    const earlier = await verify('first.jsonl', '--json', ...proof)
    expect(JSON.parse(earlier.out)).toMatchObject({ ok: true, earlier_checkpoint: true })
  })
})

describe('a statement that is not', () => {
  it.each([
    [
      'the log has another history',
      ['first.jsonl', '--checkpoint', 'other.note', '--consistency', 'consistency.json'],
      'history of the log',
    ],
    ['it is signed by another key', ['first.jsonl', '--key', `other${SIGNER.key}`], null],
    [
      'the statement before is another one',
      ['first.jsonl', '--previous', 'second.jsonl'],
      'number of the statement before',
    ],
    ['the file has nothing', ['empty.jsonl'], 'end of the file'],
    ['the file is another one', ['rubbish.json'], 'end of the file'],
  ])('is named with what is wrong: %s', async (_, argv, field) => {
    const { code, out, err } = await verify(...argv)
    if (field === null) {
      expect([code, err]).toEqual([2, expect.stringContaining('The key of --key is none.')])
      return
    }
    expect(code).toBe(6)
    expect(out).toContain('Not true: ')
    expect(out).toContain(field)
    expect(out).toMatch(/\n {2}stated .+\n {2}computed .+/)
  })

  it('is named as JSON, with the entry, what was stated and what it is', async () => {
    const lines = `${FILES['first.jsonl']}`.split('\n')
    const text = lines
      .with(9, lines[9]!.replace('\\"drawn\\":\\"0\\"', '\\"drawn\\":\\"1\\"'))
      .join('\n')
    writeFileSync(join(folder, 'changed.jsonl'), text)
    const { code, out } = await verify('changed.jsonl', '--json')
    expect([code, JSON.parse(out)]).toEqual([
      6,
      {
        ...{ ok: false, file: 'this', seq: 9, field: 'hash' },
        stated: journal.entries[8]!.hash,
        computed: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ])
  })
})

describe('a command line that is not right', () => {
  it.each([
    ['no file', [], 'missing required argument'],
    ['a file that is not there', ['nothing.jsonl'], 'The file nothing.jsonl cannot be read.'],
    [
      'a proof without a checkpoint',
      ['first.jsonl', '--consistency', 'consistency.json'],
      'needs the checkpoint',
    ],
    [
      'a proof that is none',
      ['first.jsonl', '--checkpoint', 'kept.note', '--consistency', 'rubbish.json'],
      'is no proof of consistency',
    ],
  ])('is refused with words: %s', async (_, argv, words) => {
    const { code, err } = await verify(...argv)
    expect([code, err]).toEqual([2, expect.stringContaining(words)])
  })
})
