import type pg from 'pg'
import { alertMessage } from '../contract/alerts/index.ts'
import type { ToldExport } from '../engine/usage/exports/tell.ts'
import type { Notifier } from '../notify/index.ts'
import { readMember } from '../store/control/members.ts'
import { listEndpoints } from '../store/notifications/endpoints.ts'

export type Mail = Pick<Notifier, 'sendsMail' | 'sendLetter'>

/**
 * Writes to the member who asked for an export: not everybody may read the alerts of the account. What the
 * alert sends to the same mailbox is not sent again. A letter goes out once; if the mail server refuses it,
 * the alert and the list of exports say the same.
 */
export async function writeToAsker(pool: pg.Pool, mail: Mail, told: ToldExport): Promise<boolean> {
  const { accountId, askedBy, request } = told.stored
  if (!mail.sendsMail || askedBy.type !== 'member') return false
  const member = await readMember(pool, { accountId, memberId: askedBy.id })
  if (member?.status !== 'active' || member.email === null) return false
  if (await hears(pool, accountId, member.email, told.body.facts.kind)) return false
  const lang = request.lang ?? 'en'
  const message = alertMessage(told.body, { lang, timeZone: request.time_zone })
  await mail.sendLetter(member.email, { lang, ...message })
  return true
}

/** Whether the account's endpoints bring an alert to this mailbox. */
async function hears(
  pool: pg.Pool,
  accountId: string,
  email: string,
  kind: ToldExport['body']['facts']['kind'],
): Promise<boolean> {
  const endpoints = await listEndpoints(pool, accountId)
  return endpoints.some(
    ({ channel, status, target, kinds }) =>
      channel === 'email' &&
      status === 'enabled' &&
      target.toLowerCase() === email.toLowerCase() &&
      (kinds?.includes(kind) ?? true),
  )
}
