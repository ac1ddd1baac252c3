import { useAccountId, useAccountState } from '../../app/account.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { ButtonLink, Loaded, PageHead, Stack } from '../../kit/index.ts'
import { Buy } from './buy.tsx'
import { Cards } from './cards.tsx'
import { FinishCard } from './finish-card.tsx'
import { CardHistory } from './history.tsx'
import { Purchases } from './purchases.tsx'
import { paymentWords } from './words.ts'

/** Buying credit, the cards that pay for it, and every purchase with its receipt. */
export default function Payment() {
  const words = useWords(paymentWords)
  const account = useAccountId()
  const state = useAccountState(account)
  const may = useMay()
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          <ButtonLink to={`/a/${account}/statements`} icon="statement">
            {words.toStatements}
          </ButtonLink>
        }
      />
      <Stack gap={4}>
        {may('money_write') && <FinishCard account={account} />}
        {may('money_write') && (
          <Loaded query={state}>
            {({ currency }) => <Buy account={account} currency={currency} />}
          </Loaded>
        )}
        <Cards account={account} />
        <Purchases account={account} />
        <CardHistory account={account} />
      </Stack>
    </>
  )
}
