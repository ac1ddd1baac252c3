/** A problem without its code and its page. */
export interface Row {
  readonly title: string
  readonly status: number
  readonly retryable: boolean
  readonly detail: string
}

export const row = (status: number, title: string, detail: string, retryable = false): Row => ({
  status,
  title,
  detail,
  retryable,
})
