import { expect, test } from 'vitest'
import { ownPath } from '../../../src/web/session/sign-in/own-path.ts'

const ORIGIN = 'https://billing.example'

test.each([
  '//evil.example',
  '///evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  '/\t\\evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  'https://evil.example',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil.example',
  '//evil.example:99999',
  '//user@evil.example',
  '',
])('%j leads nowhere', (next) => {
  expect(ownPath(next, ORIGIN)).toBeNull()
})

test.each([
  ['/a/acct_1/usage?by=model&at=%2F%2Fevil.example#top', null],
  ['/operator', null],
  ['/a/../operator', '/operator'],
  ['/home?next=//evil.example', null],
])('%s stays here', (next, read) => {
  const path = ownPath(next, ORIGIN)
  expect(path).toBe(read ?? next)
  expect(new URL(path ?? '', ORIGIN).origin).toBe(ORIGIN)
})
