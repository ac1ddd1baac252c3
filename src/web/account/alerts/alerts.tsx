import { useAccountId } from '../../app/account.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { PageHead, Tabs } from '../../kit/index.ts'
import { Endpoints } from './endpoints.tsx'
import { Sent } from './sent.tsx'
import { AlertSettings } from './settings.tsx'
import { ToldList } from './told.tsx'
import { alertWords } from './words.ts'

const VIEWS = { told: ToldList, endpoints: Endpoints, sent: Sent, settings: AlertSettings } as const
const TABS = ['told', 'endpoints', 'sent', 'settings'] as const

/** What am I told, when, and where? */
export default function Alerts() {
  const words = useWords(alertWords)
  const account = useAccountId()
  const [search, change] = useUrlState()
  const value = choiceOf(search, 'tab', TABS)
  const View = VIEWS[value]
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Tabs
        label={words.views}
        tabs={TABS.map((id) => ({ id, label: words.tabs[id] }))}
        value={value}
        onChange={(tab) => change({ tab, kind: undefined, endpoint: undefined })}
      >
        <View account={account} />
      </Tabs>
    </>
  )
}
