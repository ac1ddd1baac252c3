import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react'
import css from './tabs.module.css'

export interface TabItem<Id extends string> {
  readonly id: Id
  readonly label: ReactNode
}

/** Views of one thing. Which one is open belongs into the address: keep it there. */
export function Tabs<Id extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
}: {
  readonly label: string
  readonly tabs: readonly TabItem<Id>[]
  readonly value: Id
  readonly onChange: (id: Id) => void
  readonly children: ReactNode
}) {
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (list.current) showWhole(list.current, value)
  }, [value])
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const at = tabs.findIndex(({ id }) => id === value)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    onChange(next.id)
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.id)}"]`)?.focus()
  }
  return (
    <div>
      <div ref={list} role="tablist" aria-label={label} className={css.tabs} onKeyDown={move}>
        {tabs.map(({ id, label: text }) => (
          <button
            key={id}
            type="button"
            role="tab"
            data-tab={id}
            id={`tab-${id}`}
            aria-selected={id === value}
            aria-controls={`panel-${id}`}
            tabIndex={id === value ? 0 : -1}
            onClick={() => onChange(id)}
          >
            {text}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`panel-${value}`}
        aria-labelledby={`tab-${value}`}
        className={css.panel}
      >
        {children}
      </div>
    </div>
  )
}

/** Where the tabs find no room, the open one is scrolled to; the page stays where it is. */
function showWhole(list: HTMLElement, id: string): void {
  const tab = list.querySelector(`[data-tab="${CSS.escape(id)}"]`)
  if (tab === null) return
  const [own, room] = [tab.getBoundingClientRect(), list.getBoundingClientRect()]
  if (own.right > room.right) list.scrollLeft += own.right - room.right
  else if (own.left < room.left) list.scrollLeft -= room.left - own.left
}
