import { useState } from 'react'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { Button } from './button.tsx'
import css from './copy.module.css'

const SHOWN_MS = 2_000

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const words = useWords(kitWords)
  const [done, setDone] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setDone(true)
    setTimeout(() => setDone(false), SHOWN_MS)
  }
  return (
    <Button size="small" icon={done ? 'check' : 'copy'} onClick={() => void copy()}>
      <span aria-live="polite">{done ? words.copied : (label ?? words.copy)}</span>
    </Button>
  )
}

/** Something to be run or pasted, with a button that takes it. */
export function CodeBlock({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={css.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it has to be reached by keyboard */}
      <section className={css.scroll} aria-label={label} tabIndex={0}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
      <CopyButton text={text} />
    </div>
  )
}
