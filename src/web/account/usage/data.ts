import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { OTHER_KIND, type UsageFilterName, type UsageGroup } from '../../../contract/usage/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { HEAVY } from '../../app/live.tsx'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { type Explored, guessedBucket, periodQuery } from './query.ts'
import { usageWords } from './words.ts'

export type UsageExplored = Answer<'exploreUsage'>
export type UsageSums = UsageExplored['totals']

/** Rows at first: as many as a chart can tell apart. */
const TOP = 6
const TOP_MAX = 200

/** What the address asks for, summed by the server. */
export function useExplored(account: string, own: Explored) {
  const time_zone = useTimeZone()
  const [isLong, setLong] = useState(false)
  const query = useQuery({
    queryKey: accountKey(account, 'explore', own, time_zone, isLong),
    queryFn: ({ signal }) => {
      const now = serverNow()
      return api.usage.explore(
        account,
        {
          ...own.filters,
          ...periodQuery(own, now),
          group_by: own.group,
          measure: own.measure,
          bucket: guessedBucket(own, now),
          top: isLong ? TOP_MAX : TOP,
          time_zone,
          ...(own.tagKey !== undefined && { tag_key: own.tagKey }),
          ...(own.compares && { compare: 'previous' as const }),
        },
        { signal },
      )
    },
    placeholderData: keepPreviousData,
    meta: HEAVY,
  })
  return { query, showAll: () => setLong(true) }
}

type Codes = Readonly<Record<string, string>>

/** What people call a group or the value of a filter: the name of a code, or what stands there. */
export function useValueNames() {
  const words = useWords(usageWords)
  const { verdicts, statuses, outcomes, tokenKinds } = wordsOf(useLang())
  const codes: Readonly<Partial<Record<UsageGroup | UsageFilterName, Codes>>> = {
    verdict: verdicts,
    status: statuses,
    outcome: outcomes,
    source: words.sources,
    token_kind: { ...tokenKinds, [OTHER_KIND]: words.otherKind },
  }
  return (of: UsageGroup | UsageFilterName, value: string | null, name?: string | null): string => {
    if (value === null) return words.none
    const known = codes[of]
    return name ?? (known && Object.hasOwn(known, value) ? (known[value] ?? value) : value)
  }
}
