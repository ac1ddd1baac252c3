import type { FastifyInstance } from 'fastify'

/**
 * Of every answer that does not say otherwise: browsers guess at no type, run and frame nothing, and send
 * no address along; nothing in between keeps what only its asker may see.
 */
export const GUARDED: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

export function guardAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(GUARDED))
      if (!reply.hasHeader(name)) reply.header(name, value)
  })
}
