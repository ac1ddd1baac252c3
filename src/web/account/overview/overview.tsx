import { nextCallSentence } from '../../../contract/explain/index.ts'
import { useAccountId, useAccountState } from '../../app/account.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { Loaded, PageHead, Split, Stack } from '../../kit/index.ts'
import { BlockCard } from '../../parts/block-card.tsx'
import { cardOfNext } from '../../parts/stopped.ts'
import { InFlight, LastCalls } from './activity.tsx'
import { Attention } from './attention.tsx'
import { Lots, Pace, Spent } from './figures.tsx'
import { Ladder } from './ladder-panel.tsx'

/** Can I go on, and what will it cost? */
export default function Overview() {
  const account = useAccountId()
  const state = useAccountState(account)
  const lang = useLang()
  const timeZone = useTimeZone()
  return (
    <Loaded query={state}>
      {(now) => {
        const stopped = cardOfNext(now)
        return (
          <>
            <PageHead title={nextCallSentence(now, { lang, timeZone })} />
            <Stack gap={4}>
              {stopped && <BlockCard account={account} card={stopped} />}
              <Split
                main={
                  <>
                    <Ladder state={now} />
                    <LastCalls account={account} />
                    <Lots state={now} />
                  </>
                }
                aside={
                  <>
                    <Pace state={now} />
                    <Attention state={now} />
                    <Spent account={account} />
                    <InFlight state={now} />
                  </>
                }
              />
            </Stack>
          </>
        )
      }}
    </Loaded>
  )
}
