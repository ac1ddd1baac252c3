import { Link } from '@tanstack/react-router'
import { useWords } from '../../app/words.ts'
import { Panel, Row, Stack, StateWord, useMoneyText } from '../../kit/index.ts'
import type { Dispute } from './data.ts'
import { disputeWords } from './words.ts'

/** The decision in words, with what it cites as links. */
export function Letter({ account, own }: { readonly account: string; readonly own: Dispute }) {
  const words = useWords(disputeWords)
  const money = useMoneyText()
  const { decision, letter } = own
  if (decision === null) return null
  const amount = decision.verdict === 'refund' ? ` ${money(decision.total, own.currency)}` : ''
  return (
    <Panel title={words.decision} asOf={own}>
      <Stack gap={3}>
        <Row>
          <StateWord tone={decision.verdict === 'refund' ? 'ok' : 'muted'}>
            {words.verdicts[decision.verdict]}
            {amount}
          </StateWord>
        </Row>
        {letter.map((sentence, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sentences of a letter keep their places
          <p key={`${at}`}>
            <Cited account={account} text={sentence} />
          </p>
        ))}
      </Stack>
    </Panel>
  )
}

const RECEIPT = /(rcpt_[A-Za-z0-9._-]*[A-Za-z0-9])/

function Cited({ account, text }: { readonly account: string; readonly text: string }) {
  return text.split(RECEIPT).map((part, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a sentence keep their places
      <Link key={`${at}`} to={`/a/${account}/receipts/${part}`}>
        {part}
      </Link>
    ) : (
      part
    ),
  )
}
