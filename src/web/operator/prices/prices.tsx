import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { PageHead, Tabs } from '../../kit/index.ts'
import { BooksTab } from './books.tsx'
import { DraftsTab } from './drafts.tsx'
import { ImpactTab } from './impact.tsx'
import { priceWords } from './words.ts'

const TABS = ['books', 'drafts', 'impact'] as const

/** What a call costs, will cost and has cost; and who said so. */
export default function Prices() {
  const words = useWords(priceWords)
  const [search, setSearch] = useUrlState()
  const tab = choiceOf(search, 'tab', TABS)
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Tabs
        label={words.title}
        tabs={TABS.map((id) => ({ id, label: words.tabs[id] }))}
        value={tab}
        onChange={(id) => setSearch({ tab: id === 'books' ? undefined : id })}
      >
        {tab === 'books' && <BooksTab />}
        {tab === 'drafts' && <DraftsTab />}
        {tab === 'impact' && <ImpactTab />}
      </Tabs>
    </>
  )
}
