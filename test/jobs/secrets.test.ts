import { beforeAll, describe, expect, it } from 'vitest'
import { instant } from '../../src/core/time/index.ts'
import { resealSecrets } from '../../src/jobs/secrets.ts'
import { hashSignals } from '../../src/store/campaigns/signals.ts'
import { sealSecret, signingSecrets } from '../../src/store/notifications/endpoint-secrets.ts'
import { addEndpoint, readEndpoint } from '../../src/store/notifications/endpoints.ts'
import { SecretBox } from '../../src/store/secret-box.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

/* A key of secrets is replaced: what the former has sealed is sealed by the new one, and the former goes. */

const [FORMER, NEW, LOST] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [
  Buffer,
  Buffer,
  Buffer,
]
const former = new SecretBox([FORMER])
const both = new SecretBox([NEW, FORMER])
const alone = new SecretBox([NEW])
const AT = instant(Date.parse('2026-01-01T00:00:00Z'))
const SIGNALS = { email: 'a@example.com' }

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})

async function webhook(accountId: string, endpointId: string, box: SecretBox): Promise<void> {
  await addEndpoint(database.pool, {
    ...{ accountId, endpointId, channel: 'webhook', name: 'mine', kinds: null, locale: 'en' },
    ...{ target: 'https://example.com/hook', timeZone: 'UTC', status: 'enabled' },
    ...{ failingSince: null, createdAt: AT },
    sealed: sealSecret(box, { accountId, endpointId }, `whsec_${endpointId}`),
  })
}

async function secretsOf(accountId: string, endpointId: string, box: SecretBox) {
  const own = await readEndpoint(database.pool, accountId, endpointId)
  return signingSecrets(box, own!, AT)
}

const signals = (box: SecretBox) => hashSignals({ pool: database.pool, box }, SIGNALS)

describe('a key of secrets that is replaced', () => {
  it('can be taken away once the job has been round, and every secret is what it was', async () => {
    const { pool } = database
    await webhook('one', 'first', former)
    await webhook('one', 'second', former)
    await webhook('two', 'first', both)
    const hashed = await signals(former)
    await expect(secretsOf('one', 'first', alone)).rejects.toThrow(/no key/)
    await expect(signals(alone)).rejects.toThrow(/no key/)

    expect(await resealSecrets(pool, both)).toBe(3)
    expect(await secretsOf('one', 'first', alone)).toEqual(['whsec_first'])
    expect(await secretsOf('one', 'second', alone)).toEqual(['whsec_second'])
    expect(await secretsOf('two', 'first', alone)).toEqual(['whsec_first'])
    expect(await signals(alone)).toEqual(hashed)
    await expect(secretsOf('one', 'first', former)).rejects.toThrow(/no key/)
    expect(await resealSecrets(pool, both)).toBe(0)
  })

  it('names what no key opens, and goes on with the others', async () => {
    await webhook('three', 'lost', new SecretBox([LOST]))
    await webhook('three', 'old', former)
    await expect(resealSecrets(database.pool, both)).rejects.toThrow(
      /1 of 2 failed, the first three lost: no key/,
    )
    expect(await secretsOf('three', 'old', alone)).toEqual(['whsec_old'])
  })

  it('is looked for only where there may be any', () => {
    expect([alone, both].map(({ hasFormerKeys }) => hasFormerKeys)).toEqual([false, true])
  })
})
