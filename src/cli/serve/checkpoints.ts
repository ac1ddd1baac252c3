import { LogSigner } from '../../checkpoints/index.ts'
import type { Config } from '../../config.ts'
import { Publication } from '../../jobs/index.ts'
import { HttpPost } from '../../notify/http-post.ts'
import { localLogKey } from '../local.ts'

/** Of a log that is its owner's alone: whoever shows it to others gives it a name of its own. */
const LOCAL_NAME = 'everycent.local/heads'

/**
 * Who signs the log of sealed heads. With a database of its own, the folder keeps its key too; for yours,
 * the key is yours, and without one nothing is sealed.
 */
export function logSigner(config: Config, cwd: string): LogSigner | undefined {
  const { keys, name = LOCAL_NAME } = config.checkpoints
  if (keys.length > 0)
    return LogSigner.of(
      name,
      keys.map((key) => key.reveal()),
    )
  return config.database.kind === 'embedded' ? localSigner(cwd, name) : undefined
}

export const localSigner = (cwd: string, name = LOCAL_NAME): LogSigner =>
  LogSigner.of(name, [localLogKey(cwd)])

export const SEALING_OFF =
  'Nothing is sealed, so that nobody can check a statement against the log: set EVERYCENT_LOG_KEY and EVERYCENT_LOG_NAME (docs/operating/checkpoints.md).'

/** What the jobs need for sealing, as the settings have it. */
export function sealingOf(config: Config, signer: LogSigner) {
  const { directory, webhook } = config.checkpoints
  const everyMs = config.numbers['checkpoints.every_ms']
  if (directory === undefined && webhook === undefined) return { signer, everyMs }
  const publication = new Publication({
    http: new HttpPost({
      allowPrivate: config.privateAddresses === 'allowed',
      timeoutMs: config.numbers['notify.timeout_ms'],
    }),
    ...(directory !== undefined && { directory }),
    ...(webhook && {
      webhook: {
        url: webhook.url,
        ...(webhook.secret && { secret: webhook.secret.reveal() }),
        everyMs: config.numbers['checkpoints.webhook_every_ms'],
      },
    }),
  })
  return { signer, everyMs, publication }
}
