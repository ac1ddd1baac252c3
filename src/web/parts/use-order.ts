import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { accountKey } from '../app/account.ts'

interface Sending {
  readonly idempotencyKey: string
}

/**
 * One action of a person, from the dialog that asks to the answer that came. The same content is sent
 * under the same key however often it is clicked or repeated, so it is done once; other content is another
 * order. When it is done, all that is known of the account is read again.
 */
export function useOrder<Input, Output>(
  account: string,
  send: (input: Input, sending: Sending) => Promise<Output>,
  onDone?: (output: Output) => void,
) {
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const sent = useRef({ content: '', idempotencyKey: '' })
  const mutation = useMutation({
    mutationFn: (input: Input) => {
      const content = JSON.stringify(input) ?? ''
      if (sent.current.idempotencyKey === '' || sent.current.content !== content)
        sent.current = { content, idempotencyKey: crypto.randomUUID() }
      return send(input, { idempotencyKey: sent.current.idempotencyKey })
    },
    onSuccess: async (output) => {
      sent.current = { content: '', idempotencyKey: '' }
      setOpen(false)
      onDone?.(output)
      await queries.invalidateQueries({ queryKey: accountKey(account) })
    },
  })
  return {
    isOpen,
    open: () => {
      sent.current = { content: '', idempotencyKey: '' }
      mutation.reset()
      setOpen(true)
    },
    close: () => setOpen(false),
    perform: (input: Input) => mutation.mutate(input),
    busy: mutation.isPending,
    error: mutation.error,
  }
}
