import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Muted, Panel, ProblemNotice, Row, Stack, TextArea, Time } from '../../kit/index.ts'
import type { Dispute } from './data.ts'
import css from './messages.module.css'
import { useStep } from './use-step.ts'
import { disputeWords } from './words.ts'
import { WORDS_MAX } from './words-dialog.tsx'

interface MessagesProps {
  readonly account: string
  readonly own: Dispute
}

/** What was written to and fro, and a field to write more while that can be done. */
export function Messages({ account, own }: MessagesProps) {
  const words = useWords(disputeWords)
  const may = useMay()
  return (
    <Panel title={words.messages} asOf={own}>
      <Stack gap={4}>
        {own.messages.length === 0 && <Muted>{words.noMessages}</Muted>}
        <ol className={css.messages}>
          {own.messages.map(({ at, from, words: said }) => (
            <li key={`${at} ${from} ${said}`} data-from={from}>
              <p className={css.head}>
                <strong>{from === 'account' ? words.you : words.support}</strong>{' '}
                <Muted>
                  <Time at={at} />
                </Muted>
              </p>
              <p className={css.text}>{said}</p>
            </li>
          ))}
        </ol>
        {own.can.includes('write') && may('cases_open') && <Write account={account} own={own} />}
      </Stack>
    </Panel>
  )
}

function Write({ account, own }: MessagesProps) {
  const words = useWords(disputeWords)
  const [said, setSaid] = useState('')
  const [tried, setTried] = useState(false)
  const write = useStep(account, (text) =>
    api.disputes.write(account, own.case_id, { words: text }),
  )
  const isMissing = said.trim() === ''
  const send = (): void => {
    setTried(true)
    if (isMissing) return
    write.mutate(said.trim(), {
      onSuccess: () => {
        setSaid('')
        setTried(false)
      },
    })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <Stack gap={2}>
        <TextArea
          label={words.write}
          maxLength={WORDS_MAX}
          value={said}
          error={tried && isMissing ? words.writeMissing : undefined}
          onChange={(event) => setSaid(event.target.value)}
        />
        {write.error && <ProblemNotice error={write.error} />}
        <Row>
          <Button type="submit" busy={write.isPending}>
            {words.writeSend}
          </Button>
        </Row>
      </Stack>
    </form>
  )
}
