import { explainBlock, wordsOf } from '../../contract/explain/index.ts'
import { CONTROL_FIELDS } from '../../contract/permissions.ts'
import type { BlockCard as Card } from '../../contract/receipt/block-schema.ts'
import { useLang, useTimeZone } from '../app/preferences.ts'
import { useSession } from '../app/session.ts'
import { useWords } from '../app/words.ts'
import { Facts, Money, Notice, ResetTime, Stack, usePassed } from '../kit/index.ts'
import css from './block-card.module.css'
import { ReceiptLink, ScreenLink } from './screen-link.tsx'
import { partWords } from './words.ts'

type Action = Card['actions'][number]

/** Where each action can be done; the others are done where the call is made. */
const SCREEN_OF: Partial<Record<Action, string>> = {
  raise_cap: 'controls',
  ask_owner_to_raise_cap: 'controls',
  turn_on_paid_use: 'controls',
  ask_owner_for_paid_use: 'controls',
  buy_credit: 'payment',
  change_plan: 'plans',
  contact_support: 'disputes',
  ask_operator: 'disputes',
}

/**
 * Why a call was stopped: what blocked, where it stands, until when, who can change it, what to do now,
 * and that nothing was charged. The first sentences are those of the answer that the client got.
 */
export function BlockCard({ account, card }: { readonly account: string; readonly card: Card }) {
  const words = useWords(partWords)
  const lang = useLang()
  const timeZone = useTimeZone()
  const [first = ''] = explainBlock(card, { lang, timeZone }, 'short')
  return (
    <Notice tone="danger" title={first}>
      <div className={css.card}>
        <Facts rows={useFacts(account, card)} />
        <div>
          <h3 className={css.heading}>{words.now}</h3>
          <ul className={css.actions}>
            {card.actions.map((action) => (
              <li key={action}>
                <ActionLink account={account} card={card} action={action} />
              </li>
            ))}
          </ul>
        </div>
      </div>
    </Notice>
  )
}

/** What is asked of an owner, an owner does. The card itself says the same to everybody. */
function useOwnAction(): (action: Action) => Action {
  const role = useSession()?.role
  const isRaiser = role !== undefined && CONTROL_FIELDS.caps.includes(role)
  const isSwitcher = role !== undefined && CONTROL_FIELDS.paid_use.includes(role)
  return (action) => {
    if (action === 'ask_owner_to_raise_cap' && isRaiser) return 'raise_cap'
    return action === 'ask_owner_for_paid_use' && isSwitcher ? 'turn_on_paid_use' : action
  }
}

function ActionLink({
  account,
  card,
  action,
}: {
  readonly account: string
  readonly card: Card
  readonly action: Action
}) {
  const own = useOwnAction()(action)
  const text = wordsOf(useLang()).actions[own]
  const screen = SCREEN_OF[action]
  if (action === 'read_receipt' && card.receipt_id !== null)
    return (
      <ReceiptLink account={account} receipt={card.receipt_id}>
        {text}
      </ReceiptLink>
    )
  if (screen === undefined) return text
  return (
    <ScreenLink account={account} screen={screen}>
      {text}
    </ScreenLink>
  )
}

function useFacts(account: string, card: Card) {
  const words = useWords(partWords)
  const { changeableBy } = wordsOf(useLang())
  const { currency } = card
  const amount = (name: string, value: string | null) =>
    value === null ? [] : [[name, <Money key={name} amount={value} currency={currency} />] as const]
  return [
    ...amount(words.limit, card.limit),
    ...amount(words.spent, card.spent),
    ...amount(words.held, card.held),
    ...amount(words.left, card.left),
    ...amount(words.needed, card.needed),
    ...amount(words.charged, card.charged),
    [words.until, <Until key="until" card={card} />] as const,
    ...(card.changeable_by === null
      ? []
      : [[words.who, changeableBy[card.changeable_by]] as const]),
    [words.code, <code key="code">{card.code}</code>] as const,
    ...(card.receipt_id === null
      ? []
      : [
          [
            words.receipt,
            <ReceiptLink key="receipt" account={account} receipt={card.receipt_id}>
              <code>{card.receipt_id}</code>
            </ReceiptLink>,
          ] as const,
        ]),
  ]
}

/** Counts down; says when the time is over; says when waiting is of no use. */
function Until({ card }: { readonly card: Card }) {
  const words = useWords(partWords)
  const isPassed = usePassed(card.resets_at)
  if (!card.retryable) return words.waitNoHelp
  if (card.resets_at === null) return words.waitHelps
  if (isPassed) return words.waitIsOver
  return (
    <Stack gap={1}>
      <ResetTime at={card.resets_at} />
      {words.waitHelps}
    </Stack>
  )
}

/** Overload and failures of the provider: looks unlike a limit of the account, for it is none. */
export function ProviderNotice({ status }: { readonly status: number | null }) {
  const words = useWords(partWords)
  return (
    <Notice tone="info" title={words.providerTitle}>
      <p>
        {words.providerText}
        {status !== null && ` (HTTP ${status})`}
      </p>
    </Notice>
  )
}
