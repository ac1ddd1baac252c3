import { Link } from '@tanstack/react-router'
import { useWords } from '../../app/words.ts'
import { CopyButton, Facts, Money, Panel, Row, Time, useMoneyText } from '../../kit/index.ts'
import { receiptOf } from './about.ts'
import type { Dispute } from './data.ts'
import { ReceiptLinks } from './finding-table.tsx'
import { disputeWords } from './words.ts'

interface CaseFactsProps {
  readonly account: string
  readonly own: Dispute
}

export function CaseFacts({ account, own }: CaseFactsProps) {
  const words = useWords(disputeWords)
  const amount = (value: string) => <Money amount={value} currency={own.currency} />
  return (
    <Panel title={words.facts} asOf={own}>
      <Facts
        rows={[
          [
            words.number,
            <Row key="number">
              <code>{own.case_id}</code>
              <CopyButton text={own.case_id} />
            </Row>,
          ],
          [words.kind, words.origins[own.origin]],
          [words.opened, <Time key="opened" at={own.opened_at} />],
          [words.withPerson, own.person?.name ?? words.nobodyYet],
          ...(own.about === null
            ? []
            : [[words.objectTo, <AboutLinks key="about" account={account} own={own} />] as const]),
          ...(own.amount === null ? [] : [[words.about, amount(own.amount)] as const]),
          [words.returned, amount(own.returned)],
          [words.refunded, amount(own.refunded)],
          ...(own.provisional === null
            ? []
            : [
                [words.provisional, <Provisional key="meanwhile" own={own.provisional} />] as const,
              ]),
          ...(own.appeal_until === null
            ? []
            : [[words.appealUntil, <Time key="appeal" at={own.appeal_until} />] as const]),
        ]}
      />
    </Panel>
  )
}

function Provisional({ own }: { readonly own: NonNullable<Dispute['provisional']> }) {
  const words = useWords(disputeWords)
  const money = useMoneyText()
  return (
    <>
      <Money amount={own.amount} currency={own.currency} />{' '}
      {own.used !== null && words.provisionalUsed(money(own.used, own.currency))}
    </>
  )
}

function AboutLinks({ account, own }: CaseFactsProps) {
  const { about } = own
  if (about === null) return null
  if ('calls' in about)
    return <ReceiptLinks account={account} receipts={about.calls.map(receiptOf)} />
  if ('payment_id' in about)
    return (
      <Link to={`/a/${account}/payment`} search={{ purchase: about.payment_id } as never}>
        {about.payment_id}
      </Link>
    )
  return (
    <>
      <Time at={about.period.from} /> – <Time at={about.period.until} />
    </>
  )
}
