import { canSplit, USAGE_GROUPS, USAGE_MEASURES } from '../../../contract/usage/index.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Check, Grid, Select, TextField } from '../../kit/index.ts'
import { MomentField } from '../../parts/moment-field.tsx'
import { type Explored, PERIODS } from './query.ts'
import { usageWords } from './words.ts'

/** Period, group and measure: each is a part of the address. */
export function UsageChoices({ own }: { readonly own: Explored }) {
  const words = useWords(usageWords)
  const [, change] = useUrlState()
  const { period, group, measure } = own
  return (
    <Grid gap={3} min="170px">
      <Select
        label={words.period}
        value={period}
        options={PERIODS.map((value) => ({ value, label: words.periods[value] }))}
        onChange={(value) =>
          change({ period: value === 'cycle' ? undefined : value, from: undefined, to: undefined })
        }
      />
      {period === 'custom' && <OwnPeriod own={own} />}
      <Select
        label={words.groupBy}
        value={group}
        options={USAGE_GROUPS.map((value) => ({ value, label: words.groups[value] }))}
        onChange={(value) =>
          change({
            group_by: value === 'model' ? undefined : value,
            tag_key: value === 'tag' ? (own.tagKey ?? 'team') : undefined,
          })
        }
      />
      {group === 'tag' && <TagKey own={own} />}
      <Select
        label={words.measure}
        value={measure}
        options={USAGE_MEASURES.filter((value) => canSplit(group, value)).map((value) => ({
          value,
          label: words.measures[value],
        }))}
        onChange={(value) => change({ measure: value === 'charged' ? undefined : value })}
      />
      <Check
        amongFields
        label={words.compare}
        checked={own.compares}
        onChange={(on) => change({ compare: on ? 'previous' : undefined })}
      />
    </Grid>
  )
}

function OwnPeriod({ own }: { readonly own: Explored }) {
  const words = useWords(usageWords)
  const [, change] = useUrlState()
  return (
    <>
      <MomentField
        label={words.from}
        value={own.from}
        onChange={(from) => change({ from }, { replace: true })}
      />
      <MomentField
        label={words.to}
        value={own.to}
        onChange={(to) => change({ to }, { replace: true })}
      />
    </>
  )
}

function TagKey({ own }: { readonly own: Explored }) {
  const words = useWords(usageWords)
  const [, change] = useUrlState()
  return (
    <TextField
      label={words.tagKey}
      hint={words.tagKeyHint}
      value={own.tagKey ?? ''}
      maxLength={32}
      onChange={(event) => {
        const key = event.target.value.replaceAll(/[^A-Za-z0-9._-]/g, '')
        if (key !== '') change({ tag_key: key }, { replace: true })
      }}
    />
  )
}
