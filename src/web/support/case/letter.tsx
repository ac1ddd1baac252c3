import { useQueries } from '@tanstack/react-query'
import { decisionLetter, type LetterOf } from '../../../contract/cases/index.ts'
import { placeOf } from '../../../contract/explain/place.ts'
import {
  addDuration,
  formatInstant,
  instant,
  parseDuration,
  parseInstant,
} from '../../../core/time/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { useTimeZone } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Stack } from '../../kit/index.ts'
import { useSupportPolicy } from '../terms.ts'
import css from './case.module.css'
import type { Case } from './case.tsx'
import { read } from './customer.tsx'
import { caseScreenWords } from './words.ts'

export type Decided = Omit<LetterOf['decision'], 'at' | 'automatic'>

/** The letter as the customer will get it, of the same renderer that writes it; entries come with posting. */
export function LetterPreview({ own, decided }: { readonly own: Case; readonly decided: Decided }) {
  const words = useWords(caseScreenWords)
  const findings = useFindings(own)
  const within = useSupportPolicy()?.appeal_within
  const at = formatInstant(instant(serverNow()))
  const { currency, language: lang } = own
  const timeZone = useTimeZone()
  const sentences = decisionLetter(placeOf({ lang, timeZone }, { currency, as_of: at }), {
    case_id: own.case_id,
    about: (read(own).about as LetterOf['about'] | undefined) ?? null,
    findings,
    decision: { ...decided, at, automatic: false },
    posted: null,
    appeal_until: own.events.some(({ kind }) => kind === 'appealed') ? null : later(at, within),
  })
  return (
    <Stack gap={2}>
      <h3>{words.letter}</h3>
      <div className={css.letter} lang={lang}>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </Stack>
  )
}

function later(at: string, length: string | undefined): string | null {
  const from = parseInstant(at)
  const duration = length === undefined ? undefined : parseDuration(length)
  return from === undefined || !duration ? null : formatInstant(addDuration(from, duration))
}

/** What the last check of the case has found. */
function useFindings(own: Case) {
  const check = own.events.findLast(({ kind }) => kind === 'checked')
  const named = (check?.facts as { readonly findings?: readonly string[] } | undefined)?.findings
  const account = own.account_id ?? ''
  return useQueries({
    queries: (named ?? []).map((key) => ({
      queryKey: accountKey(account, 'finding', key),
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        api.findings.get(account, key, { signal }),
    })),
    combine: (all) => all.flatMap(({ data }) => data ?? []),
  })
}
