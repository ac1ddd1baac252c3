import { useAccountId, useAccountState } from '../../app/account.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Loaded, PageHead, Stack } from '../../kit/index.ts'
import { LotHistory } from './lot-history.tsx'
import { LotPanels } from './lots.tsx'
import { Offers } from './offers.tsx'
import { creditWords } from './words.ts'

/** What credit do I have, can I get more, and when does it go? */
export default function Credits() {
  const words = useWords(creditWords)
  const account = useAccountId()
  const state = useAccountState(account)
  const seesOffers = useMay()('offers_read')
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Stack gap={5}>
        <Loaded query={state}>{(known) => <LotPanels state={known} />}</Loaded>
        {seesOffers && <Offers account={account} />}
      </Stack>
      <LotHistory account={account} lots={state.data?.lots ?? []} />
    </>
  )
}
