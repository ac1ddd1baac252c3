import type { FastifyInstance } from 'fastify'
import { GUARDED } from '../contract/answer-headers.ts'

/** What is answered past Fastify, on the bare connection, says it for itself. */
export function guardAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(GUARDED))
      if (!reply.hasHeader(name)) reply.header(name, value)
  })
}
