import { useQueries } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { fieldsOf, textOf, wordFor } from '../../parts/facts.ts'

export type Run = Answer<'getReconciliation'>
export type RunListed = Answer<'listReconciliations'>['items'][number]
export type Difference = Run['differences'][number]

export const runsKey = ['reconciliation', 'runs'] as const
export const runKey = (id: string) => ['reconciliation', 'run', id] as const

export const runQuery = (id: string) => ({
  queryKey: runKey(id),
  queryFn: ({ signal }: { readonly signal: AbortSignal }) => api.reconciliation.get(id, { signal }),
})

/** Whose books were held against the journal. */
export const ofRun = (
  { kind, asked }: Pick<RunListed, 'kind' | 'asked'>,
  words: { readonly processor: string; readonly providers: object },
): string =>
  kind === 'processor' ? words.processor : wordFor(words.providers, textOf(asked.provider))

/** It waits for a person: nothing explains it, and nobody has yet. */
export const isWaiting = ({ case_id, resolved }: Difference): boolean =>
  case_id !== null && resolved === null

/** The whole difference; of a bill the sum of what causes explain and what they do not. */
export const totalOf = ({ facts, unexplained }: Difference): string =>
  textOf(fieldsOf(facts.variance).total ?? facts.amount) || unexplained

/** Nothing was left unexplained: of a bill an amount, of the processor a count. */
export const isClosed = ({ summary }: RunListed): boolean => textOf(summary.unexplained) === '0'

/** The whole of those runs that do not close, to say what of them still waits. */
export function useOpenRuns(runs: readonly RunListed[]): ReadonlyMap<string, Run> {
  const open = runs.filter((run) => !isClosed(run))
  const answers = useQueries({ queries: open.map(({ run_id }) => runQuery(run_id)) })
  return new Map(answers.flatMap(({ data }) => (data ? [[data.run_id, data] as const] : [])))
}
