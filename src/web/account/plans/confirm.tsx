import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Stack, useMoneyText } from '../../kit/index.ts'
import { Sentences } from '../../parts/plan-words.tsx'
import { useOrder } from '../../parts/use-order.ts'
import { type Wish, wantedOf } from './wish.ts'
import { planWords } from './words.ts'

interface ConfirmChangeProps {
  readonly account: string
  readonly wish: Wish
  readonly offer: Answer<'previewSubscription'>
  readonly onClose: () => void
  readonly onDone: (entry: Answer<'changeSubscription'>) => void
}

/** The sentence that is agreed to, and one button with the amount; exactly this preview is executed. */
export function ConfirmChange({ account, wish, offer, onClose, onDone }: ConfirmChangeProps) {
  const words = useWords(planWords)
  const lang = useLang()
  const money = useMoneyText()
  const { sentence, total } = offer
  const consent = sentence && {
    text: sentence[lang],
    locale: lang,
    version: offer.sentence_version,
  }
  const order = useOrder(
    account,
    (own: Agreed, sending) => send(account, wish, own, sending),
    onDone,
  )
  const pays = total !== null && /[1-9]/.test(total)
  return (
    <Confirm
      open
      danger={wish.action === 'cancel'}
      title={words.confirm[wish.action]}
      confirm={pays ? words.pay(money(total, offer.currency)) : words.confirm[wish.action]}
      busy={order.busy}
      error={order.error}
      onClose={onClose}
      onConfirm={() => order.perform({ preview_id: offer.preview_id, consent })}
    >
      <Stack gap={3}>
        {sentence ? <p>{sentence[lang]}</p> : <p>{words.nothingDue}</p>}
        <Sentences says={offer.says} />
      </Stack>
    </Confirm>
  )
}

interface Agreed {
  readonly preview_id: string
  readonly consent: {
    readonly text: string
    readonly locale: 'en' | 'ja'
    readonly version: string
  } | null
}

function send(
  account: string,
  wish: Wish,
  { preview_id, consent }: Agreed,
  sending: { readonly idempotencyKey: string },
) {
  const { subscriptions } = api
  const agreed = consent ? { consent } : {}
  if (wish.action === 'renew') return subscriptions.renew(account, agreed, sending)
  if (wish.action === 'cancel')
    return subscriptions.cancel(account, { ...wantedOf(wish), preview_id }, sending)
  return subscriptions.change(account, { ...wantedOf(wish), preview_id, ...agreed }, sending)
}
