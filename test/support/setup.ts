import { afterAll, afterEach } from 'vitest'
import { endFile, endTest } from './cleanup.ts'

/* Runs before each test file: what support code has opened for its tests is closed. */

afterEach(endTest)
afterAll(endFile)
