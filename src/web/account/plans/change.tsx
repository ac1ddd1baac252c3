import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, EverycentProblem } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang, useReader } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  ButtonLink,
  Grid,
  Loaded,
  Notice,
  Panel,
  Row,
  Select,
  Stack,
  TextField,
} from '../../kit/index.ts'
import { IntoView } from '../../parts/into-view.tsx'
import { Sentences, usePlan } from '../../parts/plan-words.tsx'
import { EntryLink } from '../../parts/screen-link.tsx'
import { ConfirmChange } from './confirm.tsx'
import { FeeSums } from './fee-sums.tsx'
import { NO_WISH, previewOf, WHENS, type Wish, wishOf } from './wish.ts'
import { planWords } from './words.ts'

type Done = Answer<'changeSubscription'>

/** The change that the address speaks of, and what became of the last one. */
export function Change({ account, plan }: { readonly account: string; readonly plan: string }) {
  const [search, setSearch] = useUrlState()
  const [done, setDone] = useState<Done>()
  const wish = wishOf(search)
  const finish = (entry: Done): void => {
    setDone(entry)
    setSearch(NO_WISH, { replace: true })
  }
  if (wish !== undefined)
    return (
      <IntoView>
        <Wished key={`${wish.action} ${wish.plan}`} {...{ account, plan, wish }} onDone={finish} />
      </IntoView>
    )
  return done ? <DoneNotice account={account} entry={done} /> : null
}

function DoneNotice({ account, entry }: { readonly account: string; readonly entry: Done }) {
  const words = useWords(planWords)
  const lang = useLang()
  const { transition } = entry
  const plan = transition?.to_plan ?? ''
  const title = transition?.when === 'period_end' ? words.doneLater(plan) : words.done(plan)
  return (
    <Notice tone="ok" title={title} alert>
      <p>
        <EntryLink account={account} seq={entry.seq}>
          {words.entry(count(entry.seq, lang))}
        </EntryLink>{' '}
        {words.creditStays}
      </p>
    </Notice>
  )
}

interface WishedProps {
  readonly account: string
  /** What the account has. */
  readonly plan: string
  readonly wish: Wish
  readonly onDone: (entry: Done) => void
}

function Wished({ account, plan, wish, onDone }: WishedProps) {
  const words = useWords(planWords)
  const reader = useReader()
  const [, setSearch] = useUrlState()
  // A preview holds for an hour and is of one moment: what is opened again is asked anew.
  const preview = useQuery({
    queryKey: ['plan-preview', account, wish, reader],
    queryFn: ({ signal }) =>
      api.subscriptions.preview(account, previewOf(wish), reader, { signal }),
    gcTime: 0,
    staleTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const title =
    wish.action === 'change' ? words.changeTo(wish.plan ?? '') : words.confirm[wish.action]
  const close = (
    <Button size="small" onClick={() => setSearch(NO_WISH)}>
      {words.close}
    </Button>
  )
  return (
    <Panel title={title} actions={close} asOf={preview.data}>
      <Stack gap={4}>
        <WishFields wish={wish} plan={plan} />
        {isAsItIs(preview.error) && wish.action === 'seats' ? (
          <Notice tone="info" title={words.sameSeats(`${wish.seats}`)} />
        ) : (
          <Loaded query={preview}>
            {(offer) => <Offered {...{ account, wish, offer, onDone }} />}
          </Loaded>
        )}
      </Stack>
    </Panel>
  )
}

/** What was asked for is what there is. */
const isAsItIs = (error: unknown): boolean =>
  error instanceof EverycentProblem && error.code === 'nothing_to_change'

function Offered(props: GoOnProps) {
  const words = useWords(planWords)
  const { offer } = props
  return (
    <Stack gap={3}>
      <section aria-label={words.says}>
        <Sentences says={offer.says} />
      </section>
      <FeeSums offer={offer} />
      <GoOn {...props} />
    </Stack>
  )
}

/** How many seats, and from when; each is in the address, and the preview follows. */
function WishFields({ wish, plan }: { readonly wish: Wish; readonly plan: string }) {
  if (wish.action === 'keep' || wish.action === 'renew') return null
  return (
    <Grid>
      {wish.action === 'change' && wish.plan !== undefined && (
        <Seats plan={wish.plan} seats={wish.seats} />
      )}
      {wish.action === 'seats' && <Seats plan={plan} seats={wish.seats} />}
      <When wish={wish} />
    </Grid>
  )
}

function When({ wish }: { readonly wish: Wish }) {
  const words = useWords(planWords)
  const [, setSearch] = useUrlState()
  // Cancelling is with the next period unless told, so that the first choice would be the last once more.
  const choices = wish.action === 'cancel' ? (['period_end', 'now'] as const) : WHENS
  const chosen = wish.action === 'cancel' && wish.when === '' ? 'period_end' : wish.when
  return (
    <Select
      label={words.when}
      value={chosen}
      onChange={(when) => setSearch({ when: when === '' ? undefined : when }, { replace: true })}
      options={choices.map((value) => ({ value, label: words.whens[value] }))}
    />
  )
}

function Seats({ plan, seats }: { readonly plan: string; readonly seats: number | undefined }) {
  const words = useWords(planWords)
  const [, setSearch] = useUrlState()
  const found = usePlan(plan).data
  const offered = found?.document.seats
  if (!offered) return null
  return (
    <TextField
      type="number"
      inputMode="numeric"
      label={words.seats}
      hint={words.seatsFrom(String(offered.min), String(offered.max))}
      min={offered.min}
      max={offered.max}
      defaultValue={seats ?? offered.min}
      onBlur={(event) => setSearch({ seats: event.target.value }, { replace: true })}
      onKeyDown={(event) => {
        if (event.key === 'Enter')
          setSearch({ seats: event.currentTarget.value }, { replace: true })
      }}
    />
  )
}

interface GoOnProps extends Omit<WishedProps, 'plan'> {
  readonly offer: Answer<'previewSubscription'>
}

function GoOn({ account, wish, offer, onDone }: GoOnProps) {
  const words = useWords(planWords)
  const may = useMay()
  const [open, setOpen] = useState(false)
  const { fee, sentence } = offer
  if (!may('money_write')) return null
  if (fee.billing === 'prepaid' && /[1-9]/.test(fee.due) && sentence === null)
    return (
      <Notice
        tone="warn"
        title={words.needsCard}
        actions={
          <ButtonLink to={`/a/${account}/payment`} size="small" icon="card">
            {words.toCards}
          </ButtonLink>
        }
      >
        <p>{words.needsCardWhy}</p>
      </Notice>
    )
  return (
    <Row>
      <Button kind="primary" onClick={() => setOpen(true)}>
        {words.goOn}
      </Button>
      {open && (
        <ConfirmChange {...{ account, wish, offer, onDone }} onClose={() => setOpen(false)} />
      )}
    </Row>
  )
}
