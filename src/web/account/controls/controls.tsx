import { useAccountId } from '../../app/account.ts'
import { choiceOf } from '../../app/search.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { ButtonLink, PageHead, Tabs } from '../../kit/index.ts'
import { Estimate } from './estimate.tsx'
import { Limits } from './limits.tsx'
import { AutoReload } from './reload.tsx'
import { controlWords } from './words.ts'

const TABS = [
  { id: 'limits', permission: 'caps_read', view: Limits },
  { id: 'reload', permission: 'money_read', view: AutoReload },
  { id: 'estimate', permission: 'meter', view: Estimate },
] as const

/** Can this surprise me? */
export default function Controls() {
  const words = useWords(controlWords)
  const account = useAccountId()
  const [search, change] = useUrlState()
  const may = useMay()
  const offered = TABS.filter(({ permission }) => may(permission))
  const value = choiceOf(
    search,
    'tab',
    TABS.map(({ id }) => id),
  )
  const View = offered.find(({ id }) => id === value)?.view ?? Limits
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          may('alerts_read') && (
            <ButtonLink to={`/a/${account}/alerts`} icon="bell">
              {words.alerts}
            </ButtonLink>
          )
        }
      />
      <Tabs
        label={words.views}
        tabs={offered.map(({ id }) => ({ id, label: words.tabs[id] }))}
        value={value}
        onChange={(tab) => change({ tab })}
      >
        <View account={account} />
      </Tabs>
    </>
  )
}
