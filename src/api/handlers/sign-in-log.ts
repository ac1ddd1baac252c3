import { formatInstant, instant } from '../../core/time/index.ts'
import {
  listSignInEvents,
  type SignInEvent,
  type SignInEventFilter,
} from '../../store/control/index.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { type Handlers, ok } from '../handler.ts'
import { ownSession, personOf } from '../session/session-of.ts'

type SignInLog = 'listOwnSignIns' | 'listSignIns'

interface Paged {
  readonly cursor?: string
  readonly limit?: number
}

export const signInLogHandlers: Handlers<SignInLog> = {
  listOwnSignIns: async ({ request, query }, services) => {
    const person = personOf(await ownSession(request, services))
    const of =
      'staffId' in person
        ? { staffId: person.staffId, accountId: null, memberId: null }
        : { staffId: null, ...person }
    return listed({ ...of, kind: null }, query, services)
  },

  listSignIns: ({ query }, services) =>
    listed(
      {
        staffId: query.staff_id ?? null,
        accountId: query.account_id ?? null,
        memberId: query.member_id ?? null,
        kind: query.kind ?? null,
      },
      query,
      services,
    ),
}

async function listed(
  filter: Omit<SignInEventFilter, 'before' | 'limit'>,
  query: Paged,
  { pool, nowMs }: Services,
) {
  const limit = query.limit ?? PAGE_DEFAULT
  const cursor = decodeCursor('sign_ins', ['number', 'string'], query.cursor)
  const before = cursor && { at: instant(cursor[0]), eventId: cursor[1] }
  const found = await listSignInEvents(pool, { ...filter, before, limit: limit + 1 })
  const { items, next_cursor } = pageOf(found, limit, ({ at, eventId }) =>
    encodeCursor('sign_ins', [at, eventId]),
  )
  return ok({ items: items.map(json), next_cursor, as_of: formatInstant(instant(nowMs())) })
}

const json = (event: SignInEvent) => ({
  at: formatInstant(event.at),
  kind: event.kind,
  way: event.way,
  person: {
    staff_id: event.staffId,
    account_id: event.accountId,
    member_id: event.memberId,
    name: event.name,
  },
  session_id: event.sessionId,
  browser: event.browser,
  address: event.address,
})
