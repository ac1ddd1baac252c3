/** What ends an attempt. An `authorize` is in the journal only when it was refused. */
export const END_KINDS = ['settle', 'record', 'release', 'authorize', 'expire_hold'] as const
