import { useAccountId, useAccountState } from '../../app/account.ts'
import { choiceOf } from '../../app/search.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Loaded, PageHead, Stack, Tabs } from '../../kit/index.ts'
import { Bundles } from './bundles.tsx'
import { Change } from './change.tsx'
import { Compare } from './compare.tsx'
import { PlanHistory } from './history.tsx'
import { OwnPlan } from './own-plan.tsx'
import { Prices } from './prices.tsx'
import { planWords } from './words.ts'

const TABS = ['plans', 'prices'] as const

/** What the account has, what else is on offer, and what each model costs. */
export default function Plans() {
  const words = useWords(planWords)
  const account = useAccountId()
  const state = useAccountState(account)
  const [search, setSearch] = useUrlState()
  const tab = choiceOf(search, 'tab', TABS)
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Tabs
        label={words.title}
        tabs={TABS.map((id) => ({ id, label: words.tabs[id] }))}
        value={tab}
        onChange={(id) => setSearch({ tab: id === 'plans' ? undefined : id })}
      >
        <Loaded query={state}>
          {({ currency, plan }) =>
            tab === 'prices' ? (
              <Prices currency={currency} />
            ) : (
              <PlansTab account={account} currency={currency} plan={plan} />
            )
          }
        </Loaded>
      </Tabs>
    </>
  )
}

interface PlansTabProps {
  readonly account: string
  readonly currency: string
  readonly plan: string
}

function PlansTab({ account, currency, plan }: PlansTabProps) {
  const may = useMay()
  return (
    <Stack gap={4}>
      <OwnPlan account={account} plan={plan} />
      {may('money_read') && <Change account={account} plan={plan} />}
      <Compare account={account} plan={plan} currency={currency} />
      <Bundles account={account} currency={currency} />
      {may('history_read') && <PlanHistory account={account} />}
    </Stack>
  )
}
