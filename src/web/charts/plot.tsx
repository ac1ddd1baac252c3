import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import css from './charts.module.css'
import { Patterns } from './patterns.tsx'

export interface Size {
  readonly width: number
  readonly height: number
}

interface PlotProps {
  /** What it shows, in a sentence: read aloud in place of the picture. */
  readonly name: string
  readonly height: number
  /** Told when the width is known or changes: some parts stand elsewhere where there is little room. */
  readonly onWidth?: (width: number) => void
  /** Drawn when the width is known; `fill` gives the paint of a tone. */
  readonly children: (size: Size, paint: Paint) => ReactNode
}

export interface Paint {
  readonly fill: (tone: string) => string
}

/** A picture as wide as its place, drawn anew when that changes. The same figures are in a table. */
export function Plot({ name, height, onWidth, children }: PlotProps) {
  const [ref, width] = useWidth<HTMLDivElement>()
  useEffect(() => {
    if (width > 0) onWidth?.(width)
  }, [width, onWidth])
  const id = useId()
  const paint: Paint = { fill: (tone) => `url(#${id}-${tone})` }
  return (
    <div ref={ref} className={css.plot} style={{ minHeight: height }}>
      {width > 0 && (
        <svg role="img" aria-label={name} width={width} height={height}>
          <Patterns id={id} />
          {children({ width, height }, paint)}
        </svg>
      )}
    </div>
  )
}

/** Width of an element in pixels, followed as it changes; 0 before it is known. */
function useWidth<E extends HTMLElement>() {
  const ref = useRef<E>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) =>
      setWidth(Math.floor(entry?.contentRect.width ?? 0)),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width] as const
}
