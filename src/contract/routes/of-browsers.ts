import { DoneSchema, SessionSchema } from '../schemas/sessions.ts'

/** Of browsers: the session's cookie says who asks, and every change needs the header `everycent-csrf: 1`. */
export const ofBrowsers = { permission: 'public', idempotency: 'none', tag: 'Sign-in' } as const
export const aSession = {
  status: 200,
  description: 'Who is signed in now.',
  schema: SessionSchema,
} as const
export const done = { status: 200, description: 'It is done.', schema: DoneSchema } as const
