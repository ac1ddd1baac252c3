import { Webhook } from 'standardwebhooks'
import { alertMessage, type Occasion } from '../contract/alerts/index.ts'
import type { Reader } from '../contract/explain/index.ts'
import type { Instant } from '../core/time/index.ts'

const SECOND_MS = 1_000

/** The headers of Standard Webhooks: one signature for each secret that is live, and none where none is. */
export function signatureHeaders(
  message: { readonly id: string; readonly at: Instant; readonly body: string },
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const at = new Date(message.at)
  const signatures = secrets.map((secret) => new Webhook(secret).sign(message.id, at, message.body))
  return {
    'webhook-id': message.id,
    'webhook-timestamp': Math.floor(message.at / SECOND_MS).toString(),
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  }
}

/**
 * The body of a webhook. It follows from what was stored alone, so that every attempt sends the same bytes
 * under the same id.
 */
export function webhookBody(occasion: Occasion, reader: Reader): string {
  const { facts, ...about } = occasion
  const { kind, ...own } = facts
  return JSON.stringify({
    type: kind === 'test' ? 'test' : `alert.${kind}`,
    timestamp: occasion.as_of,
    data: { ...about, ...own, message: { lang: reader.lang, ...alertMessage(occasion, reader) } },
  })
}

/** `& < >` are escaped as Slack asks for; a name cannot become a link or a mention. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Slack's incoming webhooks, which Mattermost and others take too: a text and the same in blocks. */
export function chatBody(occasion: Occasion, reader: Reader): string {
  const { title, lines } = alertMessage(occasion, reader)
  const text = (content: string) => ({ type: 'plain_text', text: content, emoji: false })
  return JSON.stringify({
    text: escaped([title, ...lines].join('\n')),
    blocks: [
      { type: 'header', text: text(title.slice(0, HEADER_MAX)) },
      { type: 'section', text: text(lines.join('\n').slice(0, SECTION_MAX)) },
    ],
  })
}

/** Slack's own limits. */
const HEADER_MAX = 150
const SECTION_MAX = 3_000
