import { type ReactNode, useEffect, useRef } from 'react'

/** Something that was just opened: where it is out of sight, the page moves to it. */
export function IntoView({ children }: { readonly children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => ref.current?.scrollIntoView({ block: 'nearest' }), [])
  return <div ref={ref}>{children}</div>
}
