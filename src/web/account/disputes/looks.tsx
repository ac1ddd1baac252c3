import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useReader } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Disclosure, Loaded, More, Muted, Stack } from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import { disputeWords } from './words.ts'

/** Which of the operator's people have looked at the account, when, and at what. */
export function Looks({ account }: { readonly account: string }) {
  const words = useWords(disputeWords)
  const reader = useReader()
  const { query, items, more } = useGrowingList(
    accountKey(account, 'access_log', reader),
    (limit, signal) => api.support.accessLog(account, { ...reader, limit }, { signal }),
  )
  return (
    <Disclosure title={words.looks}>
      <Loaded query={query}>
        {() => (
          <Stack gap={2}>
            {items.length === 0 && <Muted>{words.noLooks}</Muted>}
            <ul>
              {items.map(({ log_id: id, sentence }) => (
                <li key={id}>{sentence}</li>
              ))}
            </ul>
            <More query={more} />
          </Stack>
        )}
      </Loaded>
    </Disclosure>
  )
}
