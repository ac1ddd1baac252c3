import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Notice, ProblemNotice, Row, Stack } from '../../kit/index.ts'
import { wordFor } from '../../parts/facts.ts'
import { useOrder } from '../../parts/use-order.ts'
import type { Endpoint } from './data.ts'
import { EndpointDialog } from './endpoint-dialog.tsx'
import { alertWords } from './words.ts'

interface Props {
  readonly account: string
  readonly endpoint: Endpoint
}

export function EndpointActions({
  account,
  endpoint,
  onSecret,
}: Props & { readonly onSecret: (secret: string) => void }) {
  const words = useWords(alertWords)
  const [changing, setChanging] = useState(false)
  return (
    <Stack gap={3}>
      <Test {...{ account, endpoint }} />
      <Row>
        <Button size="small" onClick={() => setChanging(true)}>
          {words.change}
          <span className="visually-hidden"> {endpoint.name}</span>
        </Button>
        <Pausing {...{ account, endpoint }} />
        {endpoint.channel === 'webhook' && <Rotate {...{ account, endpoint, onSecret }} />}
        <Remove {...{ account, endpoint }} />
      </Row>
      {changing && (
        <EndpointDialog
          account={account}
          endpoint={endpoint}
          onClose={() => setChanging(false)}
          onSecret={onSecret}
        />
      )}
    </Stack>
  )
}

/** Really sends one, and says what came back. */
function Test({ account, endpoint }: Props) {
  const words = useWords(alertWords)
  const queries = useQueryClient()
  const send = useMutation({
    mutationFn: () => api.alerts.test(account, endpoint.endpoint_id),
    onSettled: () => queries.invalidateQueries({ queryKey: accountKey(account, 'endpoints') }),
  })
  const { data } = send
  return (
    <>
      <div>
        <Button size="small" busy={send.isPending} onClick={() => send.mutate()}>
          {words.test}
          <span className="visually-hidden"> {endpoint.name}</span>
        </Button>
      </div>
      {send.error && <ProblemNotice error={send.error} />}
      {data?.outcome === 'delivered' && (
        <Notice tone="ok" title={words.testDone(data.duration_ms)} alert />
      )}
      {data && data.outcome !== 'delivered' && (
        <Notice tone="danger" title={words.testFailed} alert>
          <p>
            {[wordFor(words.outcomes, data.outcome), data.status, data.detail]
              .filter((part) => part !== null)
              .join(' · ')}
          </p>
        </Notice>
      )}
    </>
  )
}

function Pausing({ account, endpoint }: Props) {
  const words = useWords(alertWords)
  const { endpoint_id: id, name, status } = endpoint
  const isOn = status === 'enabled'
  const order = useOrder(account, (wanted: 'enabled' | 'paused', sending) =>
    api.alerts.changeEndpoint(account, id, { status: wanted }, sending),
  )
  return (
    <>
      <Button
        size="small"
        icon={isOn ? 'pause' : 'play'}
        busy={order.busy}
        onClick={isOn ? order.open : () => order.perform('enabled')}
      >
        {isOn ? words.pause : words.resume}
        <span className="visually-hidden"> {name}</span>
      </Button>
      {!isOn && order.error && <ProblemNotice error={order.error} />}
      <Confirm
        title={`${words.pause}: ${name}`}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.pause}
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform('paused')}
      >
        <p>{words.pauseSays}</p>
      </Confirm>
    </>
  )
}

function Rotate({
  account,
  endpoint,
  onSecret,
}: Props & { readonly onSecret: (secret: string) => void }) {
  const words = useWords(alertWords)
  const order = useOrder(
    account,
    (id: string, sending) => api.alerts.rotateSecret(account, id, sending),
    ({ secret }) => onSecret(secret),
  )
  return (
    <>
      <Button size="small" icon="key" onClick={order.open}>
        {words.rotate}
        <span className="visually-hidden"> {endpoint.name}</span>
      </Button>
      <Confirm
        title={`${words.rotate}: ${endpoint.name}`}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.rotate}
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(endpoint.endpoint_id)}
      >
        <p>{words.rotateSays}</p>
      </Confirm>
    </>
  )
}

function Remove({ account, endpoint }: Props) {
  const words = useWords(alertWords)
  const order = useOrder(account, (id: string, sending) =>
    api.alerts.removeEndpoint(account, id, sending),
  )
  return (
    <>
      <Button size="small" onClick={order.open}>
        {words.remove}
        <span className="visually-hidden"> {endpoint.name}</span>
      </Button>
      <Confirm
        title={words.removeTitle(endpoint.name)}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.remove}
        danger
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(endpoint.endpoint_id)}
      >
        <p>{words.removeSays}</p>
      </Confirm>
    </>
  )
}
