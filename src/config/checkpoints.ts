import { resolve } from 'node:path'
import { Secret } from './secret.ts'

/** How the log of sealed heads is signed and published. */
export interface CheckpointsConfig {
  /** Seeds of Ed25519, 32 bytes as base64: the first signs. Empty: none is given. */
  readonly keys: readonly Secret[]
  /** How the log is known to whoever watches it. */
  readonly name: string | undefined
  /** Where each checkpoint is written as a file. */
  readonly directory: string | undefined
  /** Told of new checkpoints; signed where it has a secret. */
  readonly webhook: { readonly url: string; readonly secret: Secret | undefined } | undefined
}

/** A base64 text of exactly 32 bytes; its last character has four bits that say something. */
export const KEY_OF_32_BYTES = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/

/** As the log's name stands in signed notes: no blanks, no `+`. */
const NAME = /^[A-Za-z0-9._/:-]{1,128}$/

/** Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/

interface Reading {
  readonly cwd: string
  readonly keys: readonly Secret[]
  readonly text: (path: string, env: string) => string | undefined
  readonly environment: (name: string) => string | undefined
  readonly httpUrl: (path: string, given: string) => string
  readonly problem: (what: string, next: string) => void
}

export function checkpointsOf(reading: Reading): CheckpointsConfig {
  const { cwd, keys, text, problem } = reading
  const name = text('checkpoints.name', 'EVERYCENT_LOG_NAME')
  if (name !== undefined && !NAME.test(name))
    problem(
      'checkpoints.name (EVERYCENT_LOG_NAME) is not a name that fits into a signed note.',
      'Use letters, digits and . _ / : - only, such as billing.example.com/heads.',
    )
  if (keys.length > 0 && name === undefined)
    problem(
      'EVERYCENT_LOG_KEY is given, but the log has no name, by which others know whose it is.',
      'Set EVERYCENT_LOG_NAME to a name of your own for ever, such as billing.example.com/heads.',
    )
  const directory = text('checkpoints.directory', 'EVERYCENT_CHECKPOINTS_DIRECTORY')
  return {
    keys,
    name,
    directory: directory === undefined ? undefined : resolve(cwd, directory),
    webhook: webhookOf(reading),
  }
}

function webhookOf({ text, environment, httpUrl, problem }: Reading): CheckpointsConfig['webhook'] {
  const path = 'checkpoints.webhook_url'
  const url = text(path, 'EVERYCENT_CHECKPOINTS_WEBHOOK_URL')
  const secret = environment('EVERYCENT_CHECKPOINTS_WEBHOOK_SECRET')
  if (secret !== undefined && !WEBHOOK_SECRET.test(secret))
    problem(
      'EVERYCENT_CHECKPOINTS_WEBHOOK_SECRET is not a secret of Standard Webhooks.',
      'Write "whsec_" and what "openssl rand -base64 32" gives.',
    )
  if (url === undefined) return undefined
  const known = secret === undefined ? undefined : new Secret(secret)
  return { url: httpUrl(path, url), secret: known }
}
