import { useState } from 'react'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Empty, Facts, Loaded, Panel, StateWord, Time, type Tone } from '../../kit/index.ts'
import { Card, Cards } from '../../parts/card.tsx'
import { OnceShown } from '../../parts/once-shown.tsx'
import { type Endpoint, useEndpoints } from './data.ts'
import { EndpointActions } from './endpoint-actions.tsx'
import { EndpointDialog } from './endpoint-dialog.tsx'
import { alertWords } from './words.ts'

const TONES: Readonly<Record<Endpoint['status'], Tone>> = {
  enabled: 'ok',
  paused: 'muted',
  disabled: 'danger',
}

/** Where alerts are sent, and what can be done with each place. */
export function Endpoints({ account }: { readonly account: string }) {
  const words = useWords(alertWords)
  const mayWrite = useMay()('alerts_write')
  const query = useEndpoints(account)
  const [adding, setAdding] = useState(false)
  const [secret, setSecret] = useState<string>()
  return (
    <Panel
      title={words.tabs.endpoints}
      asOf={query.data}
      actions={
        mayWrite && (
          <Button size="small" icon="plus" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) => <EndpointCards {...{ account, items, mayWrite }} onSecret={setSecret} />}
      </Loaded>
      {adding && (
        <EndpointDialog account={account} onClose={() => setAdding(false)} onSecret={setSecret} />
      )}
      <OnceShown
        secret={secret}
        title={words.secretTitle}
        warning={words.secretOnce}
        done={words.secretKept}
        onClose={() => setSecret(undefined)}
      />
    </Panel>
  )
}

interface CardsProps {
  readonly account: string
  readonly items: readonly Endpoint[]
  readonly mayWrite: boolean
  readonly onSecret: (secret: string) => void
}

function EndpointCards({ items, ...rest }: CardsProps) {
  const words = useWords(alertWords)
  if (items.length === 0)
    return (
      <Empty title={words.noEndpoints}>
        <p>{words.noEndpointsWhy}</p>
      </Empty>
    )
  return (
    <Cards name={words.tabs.endpoints}>
      {items.map((own) => (
        <EndpointCard key={own.endpoint_id} {...rest} endpoint={own} />
      ))}
    </Cards>
  )
}

interface EndpointCardProps extends Omit<CardsProps, 'items'> {
  readonly endpoint: Endpoint
}

function EndpointCard({ account, endpoint, mayWrite, onSecret }: EndpointCardProps) {
  const words = useWords(alertWords)
  const { name, channel, address, kinds, status, failing_since: failing } = endpoint
  return (
    <Card
      title={name}
      mark={<StateWord tone={TONES[status]}>{words.statuses[status]}</StateWord>}
      faded={status === 'paused'}
      actions={mayWrite && <EndpointActions {...{ account, endpoint, onSecret }} />}
    >
      <Facts
        rows={[
          [words.channel, words.channels[channel]],
          [words.address, address],
          [words.which, kinds === null ? words.every : words.kindsOf(kinds.length)],
          ...(failing === null ? [] : ([[words.failing, <Time key="at" at={failing} />]] as const)),
        ]}
      />
    </Card>
  )
}
