import { useQuery } from '@tanstack/react-query'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  ButtonLink,
  Muted,
  Notice,
  ProblemNotice,
  Row,
  Stack,
  useMoneyText,
} from '../../kit/index.ts'
import { useOrder } from '../../parts/use-order.ts'
import type { Purchase } from './data.ts'
import { paymentWords } from './words.ts'

/** What became of a purchase that was just made, as it stands now: the bank and the processor take their time. */
export function Bought({
  account,
  own: made,
}: {
  readonly account: string
  readonly own: Purchase
}) {
  const { data: own } = useQuery({
    queryKey: accountKey(account, 'purchase', made.payment_id),
    queryFn: ({ signal }) => api.purchases.get(account, made.payment_id, { signal }),
    initialData: made,
  })
  const words = useWords(paymentWords)
  const total = useMoneyText()(own.total, own.currency)
  const receipt = (
    <ButtonLink
      to={`/a/${account}/payment`}
      search={{ purchase: own.payment_id } as never}
      size="small"
      icon="receipt"
    >
      {words.toReceipt}
    </ButtonLink>
  )
  const { outcome } = words
  switch (own.status) {
    case 'credited':
      return <Notice tone="ok" title={outcome.credited(total)} actions={receipt} alert />
    case 'failed':
      return (
        <Notice tone="danger" title={outcome.failed(own.failure ?? '')} actions={receipt} alert />
      )
    case 'returned':
      return <Notice tone="warn" title={outcome.returned} actions={receipt} alert />
    case 'action_required':
      return (
        <Notice tone="warn" title={outcome.action_required} actions={receipt} alert>
          <BankLink own={own} />
        </Notice>
      )
    default:
      return <Notice tone="info" title={outcome.going} actions={receipt} alert />
  }
}

/** Nothing real ends so (RFC 2606): the simulated processor's bank. */
const TEST_BANK = '.invalid'

/** To the page of the bank; only an address of the web is followed. */
export function BankLink({ own }: { readonly own: Purchase }) {
  const words = useWords(paymentWords)
  const { action_url: url } = own
  if (url === null || !/^https?:\/\//.test(url)) return null
  if (URL.parse(url)?.hostname.endsWith(TEST_BANK)) return <TestBank own={own} />
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {words.authenticate}
    </a>
  )
}

/** Where no money moves there is no bank to go to: the answer is given here. */
function TestBank({ own }: { readonly own: Purchase }) {
  const words = useWords(paymentWords)
  const { account_id: account, payment_id: id } = own
  const order = useOrder(account, (approve: boolean) =>
    api.purchases.answerTestBank(account, id, { approve }),
  )
  return (
    <Stack gap={2}>
      <Muted>{words.testBank}</Muted>
      <Row>
        <Button size="small" busy={order.busy} onClick={() => order.perform(true)}>
          {words.bankYes}
        </Button>
        <Button size="small" busy={order.busy} onClick={() => order.perform(false)}>
          {words.bankNo}
        </Button>
      </Row>
      {order.error && <ProblemNotice error={order.error} />}
    </Stack>
  )
}
