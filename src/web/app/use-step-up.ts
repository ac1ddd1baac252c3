import { useEffect, useRef, useState } from 'react'
import { interceptWith } from './client.ts'

/** A refusal that waits for its person to be shown: `answer(true)` sends the very same request again. */
export function useStepUp() {
  const [open, setOpen] = useState(false)
  const answered = useRef<(isShown: boolean) => void>(() => {})
  useEffect(
    () =>
      interceptWith(async (again, response) => {
        if (!(await wantsStepUp(response))) return response
        setOpen(true)
        const isShown = await new Promise<boolean>((resolve) => {
          answered.current = resolve
        })
        setOpen(false)
        return isShown ? again() : response
      }),
    [],
  )
  return { open, answer: (isShown: boolean) => answered.current(isShown) }
}

async function wantsStepUp(response: Response): Promise<boolean> {
  if (response.status !== 403) return false
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  return typeof body === 'object' && body !== null && 'code' in body
    ? body.code === 'step_up_required'
    : false
}
