import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Check,
  Grid,
  Loaded,
  Money,
  MoneyField,
  Muted,
  Notice,
  ProblemNotice,
  Stack,
  SumTable,
  Time,
} from '../../kit/index.ts'
import { isAmount } from '../../parts/amounts.ts'
import { useOrder } from '../../parts/use-order.ts'
import { reloadWords } from './reload-words.ts'

const FIELDS = ['trigger_below', 'amount', 'max_per_month', 'max_per_day'] as const
type Terms = Readonly<Record<(typeof FIELDS)[number], string>>
type Preview = Answer<'previewAutoReload'>

const EMPTY: Terms = { trigger_below: '', amount: '', max_per_month: '', max_per_day: '' }

/** The terms with what they mean, as they are typed; nothing is agreed to before the box is ticked. */
export function ReloadForm({
  account,
  currency,
}: {
  readonly account: string
  readonly currency: string
}) {
  const words = useWords(reloadWords)
  const [terms, setTerms] = useState(EMPTY)
  const labels = {
    trigger_below: words.below,
    amount: words.buys,
    max_per_month: words.month,
    max_per_day: words.day,
  }
  const isReady = FIELDS.every((field) => isAmount(terms[field]))
  return (
    <Stack gap={4}>
      <Grid min="220px">
        {FIELDS.map((field) => (
          <MoneyField
            key={field}
            currency={currency}
            label={labels[field]}
            value={terms[field]}
            error={terms[field] === '' || isAmount(terms[field]) ? undefined : words.wrong}
            onChange={(event) => setTerms({ ...terms, [field]: event.target.value.trim() })}
          />
        ))}
      </Grid>
      {isReady ? (
        <Terms key={JSON.stringify(terms)} {...{ account, currency, terms }} />
      ) : (
        <Muted>{words.wait}</Muted>
      )}
    </Stack>
  )
}

interface TermsProps {
  readonly account: string
  readonly currency: string
  readonly terms: Terms
}

/** Made anew with other terms, so that no consent outlives the sentence that it was given to. */
function Terms({ account, currency, terms }: TermsProps) {
  const words = useWords(reloadWords)
  const lang = useLang()
  const [isAgreed, setAgreed] = useState(false)
  const preview = useQuery({
    queryKey: accountKey(account, 'reload_preview', terms),
    queryFn: ({ signal }) => api.autoReload.preview(account, terms, { signal }),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const order = useOrder(account, ({ sentence, sentence_version: version }: Preview, sending) =>
    api.autoReload.set(
      account,
      { ...terms, consent: { text: sentence[lang], locale: lang, version } },
      sending,
    ),
  )
  return (
    <Loaded query={preview}>
      {(known) => (
        <Stack gap={4}>
          <Notice tone="info" title={known.sentence[lang]} />
          <Simulation preview={known} currency={currency} />
          <Check label={words.consent} checked={isAgreed} onChange={setAgreed} />
          <div>
            <Button
              kind="primary"
              busy={order.busy}
              disabled={!isAgreed}
              onClick={() => order.perform(known)}
            >
              {words.save}
            </Button>
          </div>
          {order.error && <ProblemNotice error={order.error} />}
        </Stack>
      )}
    </Loaded>
  )
}

function Simulation({
  preview,
  currency,
}: {
  readonly preview: Preview
  readonly currency: string
}) {
  const words = useWords(reloadWords)
  const { reloads, total } = preview.last_30_days
  return (
    <section>
      <h3>{words.simulation}</h3>
      {reloads.length === 0 ? (
        <Muted>{words.simNone}</Muted>
      ) : (
        <SumTable
          name={words.simulation}
          columns={[
            { id: 'at', label: words.simWhen, cell: ({ at }) => <Time at={at} /> },
            {
              id: 'balance',
              label: words.simBalance,
              numeric: true,
              cell: ({ balance }) => <Money amount={balance} currency={currency} />,
            },
          ]}
          rows={reloads}
          rowKey={({ at }) => at}
          amountOf={({ total: one }) => one}
          total={total}
          currency={currency}
          amountLabel={words.simAmount}
        />
      )}
    </section>
  )
}
