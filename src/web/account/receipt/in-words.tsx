import { useQuery } from '@tanstack/react-query'
import type { Receipt } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { CopyButton, Loaded, Panel, Tabs } from '../../kit/index.ts'
import css from './receipt.module.css'
import { receiptWords } from './words.ts'

const LENGTHS = ['medium', 'short', 'long'] as const

/** The same sentences as on the command line, in answers of the API and for agents. */
export function InWords({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(receiptWords)
  const lang = useLang()
  const time_zone = useTimeZone()
  const [search, change] = useUrlState()
  const length = choiceOf(search, 'length', LENGTHS)
  const { account_id: account, receipt_id: id } = receipt
  const query = useQuery({
    queryKey: accountKey(account, 'explanation', id, lang, length, time_zone),
    queryFn: ({ signal }) =>
      api.calls.explanation(id, { account_id: account, lang, length, time_zone }, { signal }),
  })
  const tabs = (['short', 'medium', 'long'] as const).map((own) => ({
    id: own,
    label: words.lengths[own],
  }))
  return (
    <Panel
      title={words.words}
      actions={
        query.data && <CopyButton text={query.data.sentences.join('\n')} label={words.copyWords} />
      }
    >
      <Tabs
        label={words.words}
        tabs={tabs}
        value={length}
        onChange={(own) => change({ length: own }, { replace: true })}
      >
        <Loaded query={query}>
          {({ sentences }) => (
            <ul className={css.sentences}>
              {sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
        </Loaded>
      </Tabs>
    </Panel>
  )
}
