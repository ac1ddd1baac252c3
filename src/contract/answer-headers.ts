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
