import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { PageHead, Tabs } from '../../kit/index.ts'
import { SimulateTab } from './simulate.tsx'
import { VersionsTab } from './versions.tsx'
import { planWords } from './words.ts'

const TABS = ['versions', 'simulate'] as const

/** What is on offer, and what another offer would have made of what people do. */
export default function Plans() {
  const words = useWords(planWords)
  const [search, setSearch] = useUrlState()
  const tab = choiceOf(search, 'tab', TABS)
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Tabs
        label={words.title}
        tabs={TABS.map((id) => ({ id, label: words.tabs[id] }))}
        value={tab}
        onChange={(id) => setSearch({ tab: id === 'versions' ? undefined : id })}
      >
        {tab === 'versions' ? <VersionsTab /> : <SimulateTab />}
      </Tabs>
    </>
  )
}
