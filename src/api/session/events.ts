import type { FastifyRequest } from 'fastify'
import type { SignInEventKind, WayIn } from '../../contract/sign-in-events.ts'
import { instant } from '../../core/time/index.ts'
import { addSignInEvent, type Person } from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { clientOf } from './client.ts'

interface Happened {
  readonly person: Person
  readonly kind: SignInEventKind
  readonly way?: WayIn
  readonly sessionId?: string
}

/** Writes down what happened at a door. `request`: of the person; `null`: somebody else's doing. */
export async function noted(
  { person, kind, way, sessionId }: Happened,
  request: FastifyRequest | null,
  { pool, nowMs }: Pick<Services, 'pool' | 'nowMs'>,
): Promise<void> {
  await addSignInEvent(pool, {
    ...{ person, kind, way: way ?? null, sessionId: sessionId ?? null },
    ...(request === null ? { browser: null, address: null } : clientOf(request)),
    at: instant(nowMs()),
  })
}
