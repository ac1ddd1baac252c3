/** One mailbox, plainly written: no names, no lists, nothing that could become a header. */
export const isMailbox = (address: string): boolean =>
  address.length <= 254 &&
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]{2,63}$/.test(
    address,
  )

/** What may be shown of a chat webhook: the path is the secret. */
export const shownAddress = (url: string): string => `${new URL(url).origin}/…`
