import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useWords } from '../../app/words.ts'
import { Button, Muted, Row, StateWord, Time } from '../../kit/index.ts'
import { alertPath } from '../../parts/alert-path.ts'
import css from './alerts.module.css'
import type { Told } from './data.ts'
import { Deliveries } from './deliveries.tsx'
import { alertWords } from './words.ts'

/** One alert in words, what it speaks of, and on demand where it was sent and what came back. */
export function ToldItem({ account, told }: { readonly account: string; readonly told: Told }) {
  const words = useWords(alertWords)
  const [isOpen, setOpen] = useState(false)
  const { message, at, seen, facts } = told
  const path = alertPath(facts)
  return (
    <li className={css.item} data-fresh={seen ? undefined : true} data-row>
      <div className={css.head}>
        <h3>{message.title}</h3>
        {!seen && (
          <StateWord tone="accent" icon="bell">
            {words.fresh}
          </StateWord>
        )}
      </div>
      <Muted>
        <Time at={at} />
      </Muted>
      <div className={css.lines}>
        {message.lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <Row gap={4}>
        {path !== null && (
          <Link to={`/a/${account}/${path.screen}`} search={path.search as never}>
            {words.subject}
            <span className="visually-hidden">: {message.title}</span>
          </Link>
        )}
        <Button
          size="small"
          kind="quiet"
          aria-expanded={isOpen}
          onClick={() => setOpen((before) => !before)}
        >
          {isOpen ? words.hideSent : words.howSent}
          <span className="visually-hidden">: {message.title}</span>
        </Button>
      </Row>
      {isOpen && <Deliveries account={account} told={told} />}
    </li>
  )
}
