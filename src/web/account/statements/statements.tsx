import { useAccountId } from '../../app/account.ts'
import { useWords } from '../../app/words.ts'
import { ButtonLink, Facts, Loaded, Money, PageHead, Panel, Stack, Time } from '../../kit/index.ts'
import { Closed, Cycle } from './closed.tsx'
import { useStatement } from './data.ts'
import { Invoices } from './invoices.tsx'
import { Profile } from './profile.tsx'
import { statementWords } from './words.ts'

/** What was paid, and for what: statements, invoices, and how the account is named on them. */
export default function Statements() {
  const words = useWords(statementWords)
  const account = useAccountId()
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          <ButtonLink to={`/a/${account}/payment`} icon="card">
            {words.toPayment}
          </ButtonLink>
        }
      />
      <Stack gap={4}>
        <OpenCycle account={account} />
        <Closed account={account} />
        <Invoices account={account} />
        <Profile account={account} />
      </Stack>
    </>
  )
}

function OpenCycle({ account }: { readonly account: string }) {
  const words = useWords(statementWords)
  const query = useStatement(account, 'open')
  return (
    <Panel
      title={words.openCycle}
      asOf={query.data}
      actions={
        <ButtonLink to={`/a/${account}/statements/open`} size="small" icon="statement">
          {words.seeSoFar}
        </ButtonLink>
      }
    >
      <Loaded query={query}>
        {({ start, end, currency, balances, entries }) => (
          <Facts
            rows={[
              [words.cycleName, <Cycle key="cycle" start={start} end={end} />],
              [words.ends, <Time key="end" at={end} />],
              [
                words.paidCredit,
                <Money key="paid" amount={balances.prepaid.closing} currency={currency} />,
              ],
              [
                words.promotional,
                <Money key="promo" amount={balances.promotional.closing} currency={currency} />,
              ],
              [
                words.owed,
                <Money key="owed" amount={balances.overage.closing} currency={currency} />,
              ],
              [words.entries, `${entries.first_seq}–${entries.last_seq}`],
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
