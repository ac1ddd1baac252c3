import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, Facts, Loaded, Money, Muted, Panel, Stack, Time } from '../../kit/index.ts'
import { PlanWords, Sentences, usePlan } from '../../parts/plan-words.tsx'
import { EntryLink } from '../../parts/screen-link.tsx'
import { useSubscription } from './data.ts'
import { NO_WISH } from './wish.ts'
import { planWords } from './words.ts'

interface OwnPlanProps {
  readonly account: string
  readonly plan: string
}

/** What the account has agreed to; for who may not see its money, what the plan includes. */
export function OwnPlan({ account, plan }: OwnPlanProps) {
  const may = useMay()
  return may('money_read') ? <Agreed account={account} plan={plan} /> : <Included plan={plan} />
}

function Agreed({ account, plan }: OwnPlanProps) {
  const words = useWords(planWords)
  const lang = useLang()
  const subscription = useSubscription(account)
  const own = subscription.data
  const name = usePlan(plan).data?.document.name ?? plan
  return (
    <Panel title={words.own} asOf={own} actions={own && <Actions own={own} plan={plan} />}>
      <Loaded query={subscription}>
        {({ says, fee, fee_seq: seq, currency, period }) => (
          <Stack gap={3}>
            <Sentences says={says} />
            <Muted>{words.includes(name)}</Muted>
            <PlanWords plan={plan} />
            {period && (
              <Facts
                rows={[
                  [words.feeOf, <Money key="fee" amount={fee} currency={currency} />],
                  [words.paidUntil, <Time key="until" at={period.end} />],
                  ...(seq === null
                    ? []
                    : [
                        [
                          words.chargedBy,
                          <EntryLink key="entry" account={account} seq={seq}>
                            {words.entry(count(seq, lang))}
                          </EntryLink>,
                        ] as const,
                      ]),
                ]}
              />
            )}
          </Stack>
        )}
      </Loaded>
    </Panel>
  )
}

type Subscription = NonNullable<ReturnType<typeof useSubscription>['data']>

function Actions({ own, plan }: { readonly own: Subscription; readonly plan: string }) {
  const words = useWords(planWords)
  const may = useMay()
  const [, setSearch] = useUrlState()
  const { subscription } = own
  const offered = usePlan(plan).data?.document.seats
  if (!subscription || subscription.status === 'ended' || !may('money_write')) return null
  const wish = (what: string) => () => setSearch({ ...NO_WISH, do: what })
  return (
    <>
      {subscription.unpaid && (
        <Button size="small" kind="primary" onClick={wish('renew')}>
          {words.renewPay}
        </Button>
      )}
      {offered && (
        <Button
          size="small"
          onClick={() => setSearch({ ...NO_WISH, do: 'seats', seats: `${subscription.seats}` })}
        >
          {words.changeSeats}
        </Button>
      )}
      {subscription.next && (
        <Button size="small" onClick={wish('keep')}>
          {words.keep}
        </Button>
      )}
      {subscription.next?.type !== 'cancel' && (
        <Button size="small" onClick={wish('cancel')}>
          {words.cancel}
        </Button>
      )}
    </>
  )
}

function Included({ plan }: { readonly plan: string }) {
  const words = useWords(planWords)
  return (
    <Panel title={words.own}>
      <PlanWords plan={plan} />
    </Panel>
  )
}
