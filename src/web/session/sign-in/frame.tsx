import type { ReactNode } from 'react'
import { Brand } from '../../app/brand.tsx'
import { Display } from '../../app/person-menu.tsx'
import css from './frame.module.css'

/** A page before anybody is known: one thing in the middle, and how it is shown below. */
export function Alone({ children }: { readonly children: ReactNode }) {
  return (
    <div className={css.page}>
      <main id="content" className={css.card}>
        <Brand />
        {children}
      </main>
      <footer className={css.foot}>
        <Display />
      </footer>
    </div>
  )
}
