import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { PageHead, Tabs } from '../../kit/index.ts'
import { OrdersTab } from './orders.tsx'
import { PeopleTab } from './people.tsx'
import { SignInsTab } from './sign-ins.tsx'
import { VerifyTab } from './verify.tsx'
import { auditWords } from './words.ts'

const TABS = ['orders', 'verify', 'signIns', 'people'] as const

/** Who did what, whether the books are true, and who may do what. */
export default function Audit() {
  const words = useWords(auditWords)
  const [search, setSearch] = useUrlState()
  const tab = choiceOf(search, 'tab', TABS)
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Tabs
        label={words.title}
        tabs={TABS.map((id) => ({ id, label: words.tabs[id] }))}
        value={tab}
        onChange={(id) => setSearch({ tab: id === 'orders' ? undefined : id })}
      >
        {tab === 'orders' && <OrdersTab />}
        {tab === 'verify' && <VerifyTab />}
        {tab === 'signIns' && <SignInsTab />}
        {tab === 'people' && <PeopleTab />}
      </Tabs>
    </>
  )
}
