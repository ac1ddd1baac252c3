import type { Principal } from '../../contract/permissions.ts'

/** Who is signed in, as the server says it. */
export interface Session {
  readonly kind: 'member' | 'staff' | 'portal'
  readonly person: { readonly name: string; readonly email: string | null }
  readonly role: Principal
  /** `null` for people of the operator. */
  readonly account: { readonly id: string; readonly name: string } | null
  readonly expires_at: string
}

export async function readSession(signal?: AbortSignal): Promise<Session | null> {
  const response = await fetch('/v1/session', {
    credentials: 'same-origin',
    ...(signal && { signal }),
  })
  if (!response.ok) throw new Error(`the session could not be read: ${response.status}`)
  return ((await response.json()) as { readonly session: Session | null }).session
}

export async function endSession(): Promise<void> {
  await fetch('/v1/session', {
    method: 'DELETE',
    credentials: 'same-origin',
    headers: { 'everycent-csrf': '1' },
  })
}
