import type { Answer } from '../../../client/index.ts'
import { CASE_ORIGINS, CASE_STATES } from '../../../contract/cases/codes.ts'
import { type Search, textOf } from '../../app/search.ts'
import type { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Grid, Select, TextField } from '../../kit/index.ts'
import { codeWords } from '../words.ts'
import { queueWords } from './words.ts'

export type CaseRow = Answer<'listCases'>['items'][number]

export const ORIGINS = CASE_ORIGINS
export const STATES = CASE_STATES

interface FiltersProps {
  readonly search: Search
  readonly change: ReturnType<typeof useUrlState>[1]
}

/** By what a case is, where it stands, and whose it is. */
export function Filters({ search, change }: FiltersProps) {
  const words = useWords(queueWords)
  const codes = useWords(codeWords)
  const options = (values: readonly string[], names: Readonly<Record<string, string>>) =>
    values.map((value) => ({ value, label: names[value] ?? value }))
  return (
    <Grid min="180px" gap={3}>
      <Select
        label={words.origin}
        value={textOf(search, 'origin') ?? ''}
        options={[{ value: '', label: words.anyOrigin }, ...options(ORIGINS, codes.origins)]}
        onChange={(origin) => change({ origin: origin || undefined })}
      />
      <Select
        label={words.state}
        value={textOf(search, 'state') ?? ''}
        options={[{ value: '', label: words.anyState }, ...options(STATES, codes.states)]}
        onChange={(state) => change({ state: state || undefined })}
      />
      <TextField
        label={words.account}
        data-filter
        defaultValue={textOf(search, 'account') ?? ''}
        onChange={(event) =>
          change({ account: event.target.value.trim() || undefined }, { replace: true })
        }
      />
    </Grid>
  )
}
