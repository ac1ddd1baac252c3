import { createTransport, type Transporter } from 'nodemailer'
import { alertMessage, type Occasion } from '../contract/alerts/index.ts'
import type { Reader } from '../contract/explain/index.ts'
import type { Letter } from '../contract/letter/sign-in.ts'
import type { Outcome } from '../store/notifications/deliveries.ts'

export interface SmtpSettings {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the start. */
  readonly url: string
  /** `Everycent <billing@example.com>` */
  readonly from: string
  readonly timeoutMs: number
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
const html = (text: string): string => text.replaceAll(/[&<>"]/g, (found) => ENTITIES[found] ?? '')

function page(title: string, lines: readonly string[], lang: string): string {
  const paragraphs = lines.map((line) => `<p>${html(line)}</p>`).join('\n')
  return `<!doctype html>\n<html lang="${lang}"><head><meta charset="utf-8"><title>${html(title)}</title></head>\n<body style="font-family:sans-serif;max-width:40em"><h1 style="font-size:1.2em">${html(title)}</h1>\n${paragraphs}\n</body></html>\n`
}

/** E-mail over the operator's own SMTP server, as text and as simple HTML. */
export class Mailer {
  readonly #settings: SmtpSettings
  readonly #transport: Transporter

  constructor(settings: SmtpSettings) {
    this.#settings = settings
    const { timeoutMs } = settings
    this.#transport = createTransport({
      url: settings.url,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  async sendLetter(to: string, { title, lines, lang }: Letter): Promise<void> {
    await this.#transport.sendMail({
      from: this.#settings.from,
      to: { name: '', address: to },
      subject: title,
      text: `${lines.join('\n\n')}\n`,
      html: page(title, lines, lang),
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': lang },
    })
  }

  async send(to: string, id: string, occasion: Occasion, reader: Reader): Promise<Outcome> {
    const { title, lines } = alertMessage(occasion, reader)
    const domain = /@([\w.-]+)/.exec(this.#settings.from)?.[1] ?? 'localhost'
    try {
      await this.#transport.sendMail({
        from: this.#settings.from,
        to: { name: '', address: to },
        subject: title,
        text: `${lines.join('\n\n')}\n`,
        html: page(title, lines, reader.lang),
        // The same for every attempt, so that a mailbox can recognise a repeat.
        messageId: `<${id}@${domain}>`,
        headers: {
          'X-Everycent-Notification': id,
          'Auto-Submitted': 'auto-generated',
          'Content-Language': reader.lang,
        },
      })
      return { outcome: 'delivered', status: null, detail: null }
    } catch (error) {
      return failureOf(error)
    }
  }

  close(): void {
    this.#transport.close()
  }
}

const PERMANENT = 500

function failureOf(error: unknown): Outcome {
  const { code, responseCode } = error as {
    readonly code?: unknown
    readonly responseCode?: unknown
  }
  const status = typeof responseCode === 'number' ? responseCode : null
  const detail = typeof code === 'string' ? code : null
  if (status !== null)
    return { outcome: status >= PERMANENT ? 'rejected' : 'answered_with_error', status, detail }
  if (code === 'ETIMEDOUT') return { outcome: 'timed_out', status, detail }
  return { outcome: 'unreachable', status, detail }
}
