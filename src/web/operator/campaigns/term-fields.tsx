import { useWords } from '../../app/words.ts'
import { Grid, Select, TextArea, TextField } from '../../kit/index.ts'
import type { PartProps } from './builder.tsx'
import { builderWords } from './builder-words.ts'
import { type CampaignDocument, fieldTime, timeFrom, zoneOf } from './document.ts'

/** What it is called, and what people are told of it. */
export function NameFields({ document, change }: PartProps) {
  const words = useWords(builderWords)
  const purpose = (lang: 'en' | 'ja', text: string): void =>
    change({ purpose: { ...document.purpose, [lang]: text } })
  return (
    <Grid>
      <TextField
        label={words.id}
        hint={words.idHint}
        value={document.id}
        onChange={(event) => change({ id: event.target.value })}
      />
      <TextField
        label={words.name}
        value={document.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextField
        label={words.currency}
        maxLength={3}
        value={document.currency}
        onChange={(event) => change({ currency: event.target.value.toUpperCase() })}
      />
      <TextArea
        label={words.purposeEn}
        lang="en"
        value={document.purpose?.en ?? ''}
        onChange={(event) => purpose('en', event.target.value)}
      />
      <TextArea
        label={words.purposeJa}
        lang="ja"
        value={document.purpose?.ja ?? ''}
        onChange={(event) => purpose('ja', event.target.value)}
      />
      <TextField
        label={words.source}
        type="url"
        value={document.source ?? ''}
        onChange={(event) => change({ source: event.target.value })}
      />
    </Grid>
  )
}

/** From when until when it can be claimed, and how often. */
export function WindowFields({ document, change }: PartProps) {
  const words = useWords(builderWords)
  const { claim = { from: '' } } = document
  const zone = zoneOf(claim.from)
  const until = (text: string): void => {
    const { until: before, ...rest } = claim
    change({ claim: text === '' ? rest : { ...rest, until: timeFrom(text, before ?? claim.from) } })
  }
  return (
    <Grid>
      <TextField
        label={words.opens}
        type="datetime-local"
        step="1"
        hint={words.zoneKept(zone ?? 'UTC')}
        value={fieldTime(claim.from)}
        onChange={(event) =>
          change({ claim: { ...claim, from: timeFrom(event.target.value, claim.from) } })
        }
      />
      <TextField
        label={words.ends}
        type="datetime-local"
        step="1"
        hint={zone ? words.zoneKept(zone) : words.endsHint}
        value={fieldTime(claim.until)}
        onChange={(event) => until(event.target.value)}
      />
      <Select
        label={words.repeat}
        value={document.repeat ?? 'once'}
        options={(['once', 'cycle'] as const).map((value) => ({
          value,
          label: words.repeats[value],
        }))}
        onChange={(repeat) => change({ repeat: repeat as NonNullable<CampaignDocument['repeat']> })}
      />
    </Grid>
  )
}
