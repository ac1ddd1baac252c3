import type { ReactNode } from 'react'
import { subjectSentence } from '../../../contract/cases/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  CodeBlock,
  Disclosure,
  Empty,
  Facts,
  Muted,
  Panel,
  Stack,
  type Step,
  Steps,
  Time,
} from '../../kit/index.ts'
import { ReceiptLink } from '../parts.tsx'
import { codeWords } from '../words.ts'
import css from './case.module.css'
import type { Case } from './case.tsx'
import { caseScreenWords } from './words.ts'

/** What the customer said, in the customer's words, and what it is about. */
export function Customer({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const lang = useLang()
  const { request, about } = read(own)
  const said = request?.words
  return (
    <>
      <Panel title={said || request ? words.theirWords : words.whatAbout}>
        {said ? (
          <blockquote className={css.said} lang={own.language}>
            {said}
          </blockquote>
        ) : (
          <>
            <p>{subjectSentence(own.subject, lang)}</p>
            <Muted>{words.noWords}</Muted>
          </>
        )}
        {request?.wants && (
          <Facts
            rows={[
              [
                words.wants,
                <span key="wants" lang={own.language}>
                  {request.wants}
                </span>,
              ],
            ]}
          />
        )}
        <Contested own={own} about={about} />
        <Disclosure title={words.facts}>
          <CodeBlock label={words.facts} text={JSON.stringify(own.facts, null, 2)} />
        </Disclosure>
      </Panel>
      <Messages own={own} />
    </>
  )
}

interface About {
  readonly calls?: readonly string[]
  readonly period?: { readonly from: string; readonly until: string }
  readonly payment_id?: string
}

interface Told {
  readonly about?: About
  readonly request?: { readonly words?: string | null; readonly wants?: string | null }
}

/** The facts of a dispute have this form; those of other origins have neither part. */
export function read(own: Case): Told {
  return own.facts as Told
}

type FactRow = readonly [name: string, value: ReactNode]

function Contested({ own, about }: { readonly own: Case; readonly about: About | undefined }) {
  const words = useWords(caseScreenWords)
  if (!about) return null
  const { calls = [], period, payment_id } = about
  const rows: FactRow[] = []
  if (calls.length > 0) rows.push([words.contested, <Calls key="calls" own={own} calls={calls} />])
  if (period) rows.push([words.contestedPeriod, <Between key="period" {...period} />])
  if (payment_id) rows.push([words.contestedPurchase, <code key="payment">{payment_id}</code>])
  return <Facts rows={rows} />
}

function Calls({ own, calls }: { readonly own: Case; readonly calls: readonly string[] }) {
  return (
    <Stack gap={1}>
      {calls.map((call) => (
        <ReceiptLink key={call} account={own.account_id} callId={call} />
      ))}
    </Stack>
  )
}

function Between({ from, until }: { readonly from: string; readonly until: string }) {
  return (
    <>
      <Time at={from} /> – <Time at={until} />
    </>
  )
}

function Messages({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const messages = own.events.filter(
    ({ kind, number, words: text }) =>
      text !== null && number > 1 && ['customer_wrote', 'replied', 'appealed'].includes(kind),
  )
  return (
    <Panel title={words.messages}>
      {messages.length === 0 && <Empty title={words.noMessages} />}
      {messages.map(({ number, kind, at, words: text }) => (
        <div key={number}>
          <Muted>
            {kind === 'replied' ? words.fromUs : words.fromThem} · <Time at={at} />
          </Muted>
          <p
            className={kind === 'replied' ? `${css.said} ${css.ours}` : css.said}
            lang={own.language}
          >
            {text}
          </p>
        </div>
      ))}
    </Panel>
  )
}

/** Every step with its time and who took it, the latest first. */
export function History({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const codes = useWords(codeWords)
  const steps: Step[] = own.events.toReversed().map((event) => ({
    id: `${event.number}`,
    state: 'done',
    title: words.events[event.kind],
    detail: (
      <>
        <Time at={event.at} /> · {words.by(event.actor.id)}
        {event.words !== null && <div>{event.words}</div>}
      </>
    ),
  }))
  return (
    <Panel title={words.history}>
      <Steps name={words.history} steps={steps} stateWords={{ done: codes.stageStates.done }} />
    </Panel>
  )
}
