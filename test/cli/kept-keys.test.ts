import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  localLogKey,
  localOperatorToken,
  localSecretKey,
  readLocalServer,
} from '../../src/cli/local.ts'
import { notOpened } from '../../src/cli/serve/doctor.ts'
import { run, temporaryFolder } from './support/run.ts'

/* What is kept beside a server is checked like what it is given; a broken key is never replaced unasked. */

const folderWith = (name: string, text: string): string => {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, '.everycent'))
  writeFileSync(join(cwd, '.everycent', name), text)
  return cwd
}
const KEY = Buffer.alloc(32, 7).toString('base64')
const READ = {
  'secret-key': localSecretKey,
  'log-key': localLogKey,
  'operator-token': localOperatorToken,
}

describe.each([
  ['secret-key', '', /empty/],
  ['secret-key', KEY.slice(0, -4), /32 bytes in base64/],
  ['log-key', '\n', /empty/],
  ['log-key', 'not a key', /32 bytes in base64/],
  ['operator-token', '', /empty/],
  ['operator-token', 'two words of it', /not one word/],
  ['operator-token', 'short', /shorter than 16/],
] as const)('.everycent/%s with %j', (name, text, why) => {
  it('is an error that names the file, and stays as it is', () => {
    const cwd = folderWith(name, text)
    expect(() => READ[name](cwd)).toThrow(
      expect.objectContaining({
        ...{ message: `The file .everycent/${name} cannot be used.`, exitCode: 2 },
        ...{ why: expect.stringMatching(why), next: expect.stringContaining('backup') },
      }),
    )
    expect(readFileSync(join(cwd, '.everycent', name), 'utf8')).toBe(text)
  })

  it('is told by the doctor', async () => {
    const { code, out } = await run(['doctor'], { cwd: folderWith(name, text) })
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`fail +kept keys +The file \\.everycent/${name} .*\\n.*backup`))
  })
})

it('a key that cannot be read is not made anew', () => {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, '.everycent/secret-key'), { recursive: true })
  expect(() => localSecretKey(cwd)).toThrow(
    expect.objectContaining({ why: expect.stringMatching(/EISDIR/) }),
  )
})

it('a right key is taken, and one that is missing is made once', () => {
  expect(localSecretKey(folderWith('secret-key', `${KEY}\n`))).toBe(KEY)
  const cwd = temporaryFolder()
  expect(localLogKey(cwd)).toBe(localLogKey(cwd))
})

it('whoever brings a token of his own needs none that is kept', () => {
  const cwd = folderWith('operator-token', '')
  const note = { url: 'http://127.0.0.1:9', own_token: true }
  writeFileSync(join(cwd, '.everycent/connection.json'), JSON.stringify(note))
  expect(readLocalServer(cwd)?.url).toBe('http://127.0.0.1:9')
  expect(() => readLocalServer(cwd)?.token).toThrow('.everycent/operator-token')
})

describe('data that this user cannot look at', () => {
  it('is not taken for data that is still to be made', async () => {
    const cwd = temporaryFolder()
    chmodSync(cwd, 0o755)
    symlinkSync(join(cwd, 'data'), join(cwd, 'data'))
    const env = { EVERYCENT_DATA_DIR: join(cwd, 'data') }
    const { code, out } = await run(['doctor'], { cwd, env })
    expect(code).toBe(1)
    expect(out).toMatch(/fail +database +not reachable: ELOOP/)
  })

  it('is of another user, which is what the doctor says', () => {
    const closed = Object.assign(new Error("EACCES: permission denied, stat '/data/cluster'"), {
      code: 'EACCES',
    })
    expect(notOpened(closed, 'embedded')).toMatchObject({
      ...{ state: 'fail', found: `not reachable: ${closed.message}` },
      next: 'Its data is of another user: run this as the user who runs the server.',
    })
    expect(notOpened(new Error('It is locked.\nWait.'), 'embedded')).toMatchObject({
      ...{ found: 'not reachable: It is locked.', next: 'Wait.' },
    })
  })
})
