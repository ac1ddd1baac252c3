/** `call_0198` → `rcpt_0198`: a receipt's id follows from its call, so that it can be known before. */
export const receiptId = (callId: string): string => `rcpt_${callId.replace(/^call_/, '')}`
