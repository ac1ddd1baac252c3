import { useAccountId } from '../../app/account.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { PageHead, Tabs } from '../../kit/index.ts'
import { Limits } from './limits.tsx'
import { controlWords } from './words.ts'

const TABS = [{ id: 'limits', permission: 'caps_read', view: Limits }] as const

/** Can this surprise me? */
export default function Controls() {
  const words = useWords(controlWords)
  const account = useAccountId()
  const [search, change] = useUrlState()
  const value = choiceOf(
    search,
    'tab',
    TABS.map(({ id }) => id),
  )
  const View = TABS.find(({ id }) => id === value)?.view ?? Limits
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Tabs
        label={words.views}
        tabs={TABS.map(({ id }) => ({ id, label: words.tabs[id] }))}
        value={value}
        onChange={(tab) => change({ tab })}
      >
        <View account={account} />
      </Tabs>
    </>
  )
}
