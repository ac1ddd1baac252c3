import { useEffect, useRef } from 'react'

type Keys = Readonly<Record<string, (id: string) => void>>

/** Letters that act on the row in which the focus is: `j` and `k` of the app move it. */
export function useRowKeys(keys: Keys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const act = latest.current[event.key]
      if (!act || event.ctrlKey || event.metaKey || event.altKey || isText(event.target)) return
      const row = document.activeElement?.closest('tr')
      const id = row?.querySelector<HTMLElement>('[data-case]')?.dataset.case
      if (id === undefined) return
      event.preventDefault()
      act(id)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input:not([type="checkbox"]), textarea, select, dialog') !== null
