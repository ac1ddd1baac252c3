import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { dateOnly, listOf } from '../../app/format.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Check,
  Disclosure,
  Loaded,
  Money,
  Muted,
  Notice,
  ProblemNotice,
  Stack,
  SumTable,
  Time,
  useMoneyText,
} from '../../kit/index.ts'
import { useOrder } from '../../parts/use-order.ts'
import { Overtaken, overtakenBy } from './overtaken.ts'
import { OvertakenNotice } from './overtaken-notice.tsx'
import { type Draft, type Reload, type Terms, wishOf } from './reload-terms.ts'
import { reloadWords } from './reload-words.ts'

type Preview = Answer<'previewAutoReload'>

interface ConsentProps {
  readonly account: string
  readonly currency: string
  readonly draft: Draft
  /** The consent that was in force when the form was begun. */
  readonly seen: number | null
  readonly onSeen: (consentSeq: number | null) => void
}

/** Made anew with other terms, so that no consent outlives the sentence that it was given to. */
export function ReloadConsent(props: ConsentProps) {
  const words = useWords(reloadWords)
  const { account, currency, draft } = props
  const lang = useLang()
  const [isAgreed, setAgreed] = useState(false)
  const preview = useQuery({
    queryKey: accountKey(account, 'reload_preview', draft),
    queryFn: ({ signal }) => api.autoReload.preview(account, wishOf(draft), { signal }),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const order = useAgreeing(props)
  const overtaken = order.error instanceof Overtaken ? order.error : null
  return (
    <Loaded query={preview}>
      {(known) => (
        <Stack gap={4}>
          <Notice tone="info" title={known.sentence[lang]} />
          <Simulation preview={known} currency={currency} />
          <Check label={words.consent} checked={isAgreed} onChange={setAgreed} />
          {overtaken && <Conflict {...{ overtaken, currency }} yours={known.terms} />}
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
          {order.error && !overtaken && <ProblemNotice error={order.error} />}
        </Stack>
      )}
    </Loaded>
  )
}

/** Set only where nobody else has set it meanwhile; once both are shown, whoever saves again knows. */
function useAgreeing({ account, draft, seen, onSeen }: ConsentProps) {
  const lang = useLang()
  return useOrder(
    account,
    async ({ sentence, sentence_version: version }: Preview, sending) => {
      const consent = { text: sentence[lang], locale: lang, version }
      const body = { ...wishOf(draft), consent, if_consent_seq: seen }
      try {
        return await api.autoReload.set(account, body, sending)
      } catch (error) {
        const overtaken = await overtakenBy(error, () => api.autoReload.get(account))
        if (overtaken) onSeen(overtaken.theirs.consent_seq)
        throw overtaken ?? error
      }
    },
    ({ seq }) => onSeen(seq),
  )
}

function Conflict({
  overtaken,
  yours,
  currency,
}: {
  readonly overtaken: Overtaken<Reload>
  readonly yours: Terms
  readonly currency: string
}) {
  const words = useWords(reloadWords)
  const money = useMoneyText()
  const say = (terms: Terms | null): string => {
    if (terms === null) return words.off
    const each = money(terms.amount ?? terms.target ?? '0', currency)
    const how = terms.amount === null ? words.fillsTo(each) : words.buysEach(each)
    const [below, day, month] = [terms.trigger_below, terms.max_per_day, terms.max_per_month].map(
      (amount) => money(amount, currency),
    )
    return words.termsSay(how, below ?? '', day ?? '', month ?? '')
  }
  return (
    <OvertakenNotice
      overtaken={overtaken}
      theirs={say(overtaken.theirs.terms)}
      yours={say(yours)}
    />
  )
}

interface SimulationProps {
  readonly preview: Preview
  readonly currency: string
}

/** What would have been charged, in words with its days; the table on demand. */
function Simulation({ preview, currency }: SimulationProps) {
  const words = useWords(reloadWords)
  const money = useMoneyText()
  const place = { lang: useLang(), timeZone: useTimeZone() }
  const { reloads, total, held_back: held } = preview.last_30_days
  const days = [...new Set(reloads.map(({ at }) => dateOnly(at, place)))]
  const isHeld = held.day_limit + held.month_limit > 0
  return (
    <section>
      <h3>{words.simulation}</h3>
      {reloads.length === 0 ? (
        <Muted>{words.simNone}</Muted>
      ) : (
        <>
          <p>{words.simSays(reloads.length, money(total, currency), listOf(days, place.lang))}</p>
          <Disclosure title={words.simTable}>
            <SimulationTable preview={preview} currency={currency} />
          </Disclosure>
        </>
      )}
      {isHeld && <Muted>{words.simHeld(held.day_limit + held.month_limit)}</Muted>}
    </section>
  )
}

function SimulationTable({ preview, currency }: SimulationProps) {
  const words = useWords(reloadWords)
  const { reloads, total } = preview.last_30_days
  return (
    <SumTable
      cards
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
  )
}
