import { Secret } from './secret.ts'

/** The operator's own server for e-mail. */
export interface SmtpConfig {
  readonly url: Secret
  readonly from: string
}

interface Reading {
  readonly text: (path: string, env: string) => string | undefined
  readonly problem: (what: string, next: string) => void
}

export function smtpOf({ text, problem }: Reading): SmtpConfig | undefined {
  const url = text('smtp.url', 'EVERYCENT_SMTP_URL')
  const from = text('smtp.from', 'EVERYCENT_SMTP_FROM')
  if (url === undefined && from === undefined) return undefined
  if (url === undefined || !/^smtps?:\/\//.test(url) || !URL.canParse(url))
    problem(
      'smtp.url (EVERYCENT_SMTP_URL) is not the address of an SMTP server.',
      'Write it as smtp://user:password@host:587, or smtps:// for TLS from the start.',
    )
  if (from === undefined || !/^[^\r\n]*[^\s@<>]@[^\s@<>]+>?$/.test(from))
    problem(
      'smtp.from (EVERYCENT_SMTP_FROM) is not a sender.',
      'Write it as Everycent <billing@example.com>.',
    )
  return { url: new Secret(url ?? ''), from: from ?? '' }
}
