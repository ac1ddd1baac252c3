import { useState } from 'react'
import { cardName } from '../../../contract/explain/index.ts'
import { useWords } from '../../app/words.ts'
import { Choices, Grid, MoneyField, Muted, Select, Stack } from '../../kit/index.ts'
import { isAmount } from '../../parts/amounts.ts'
import { useCards } from '../payment/data.ts'
import { ReloadConsent } from './reload-consent.tsx'
import { AMOUNTS, type Draft, draftOf, isWhole, type Reload } from './reload-terms.ts'
import { reloadWords } from './reload-words.ts'

interface ReloadFormProps {
  readonly account: string
  readonly currency: string
  readonly known: Reload
}

/** The terms with what they mean, as they are typed; nothing is agreed to before the box is ticked. */
export function ReloadForm({ account, currency, known }: ReloadFormProps) {
  const words = useWords(reloadWords)
  const [draft, setDraft] = useState(() => draftOf(known.terms))
  // What was in force when the form was begun: a change by somebody else is seen by it.
  const [seen, setSeen] = useState(known.consent_seq)
  const labels = {
    trigger_below: words.below,
    each: draft.how === 'amount' ? words.buys : words.target,
    max_per_month: words.month,
    max_per_day: words.day,
  }
  return (
    <Stack gap={4}>
      <Choices
        label={words.how}
        value={draft.how}
        options={(['amount', 'target'] as const).map((value) => ({
          value,
          label: words.hows[value],
        }))}
        onChange={(how) => setDraft({ ...draft, how })}
      />
      <Grid min="220px">
        {AMOUNTS.map((field) => (
          <MoneyField
            key={field}
            currency={currency}
            label={labels[field]}
            value={draft[field]}
            error={draft[field] === '' || isAmount(draft[field]) ? undefined : words.wrong}
            onChange={(event) => setDraft({ ...draft, [field]: event.target.value.trim() })}
          />
        ))}
        <CardSelect {...{ account, draft, setDraft }} />
      </Grid>
      {isWhole(draft) ? (
        <ReloadConsent
          key={JSON.stringify(draft)}
          {...{ account, currency, draft, seen }}
          onSeen={setSeen}
        />
      ) : (
        <Muted>{words.wait}</Muted>
      )}
    </Stack>
  )
}

function CardSelect({
  account,
  draft,
  setDraft,
}: {
  readonly account: string
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
}) {
  const words = useWords(reloadWords)
  const cards = useCards(account).data?.items
  if (cards === undefined) return null
  // A card that was removed meanwhile cannot be agreed to.
  const known = cards.some(({ method_id: id }) => id === draft.method_id) ? draft.method_id : ''
  if (known !== draft.method_id) setDraft({ ...draft, method_id: known })
  return (
    <Select
      label={words.card}
      value={known}
      options={[
        { value: '', label: words.defaultCard },
        ...cards.map((card) => ({ value: card.method_id, label: cardName(card) })),
      ]}
      onChange={(method_id) => setDraft({ ...draft, method_id })}
    />
  )
}
