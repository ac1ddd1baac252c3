import { type ReactNode, useEffect, useRef } from 'react'

/** Something that was just opened: where it is out of sight, the page moves to it. */
export function IntoView({ children }: { readonly children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // A newer browser gives a promise here, which is no clean-up.
    void ref.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return <div ref={ref}>{children}</div>
}
