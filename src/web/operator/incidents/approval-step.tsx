import { useQuery } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Facts,
  Loaded,
  Money,
  Muted,
  Notice,
  Panel,
  Row,
  Steps,
  Time,
  useMoneyText,
} from '../../kit/index.ts'
import { textOf, wordFor } from '../../parts/facts.ts'
import type { Incident } from './form.ts'
import { IncidentState } from './incidents.tsx'
import { incidentKey, isWritable } from './queries.ts'
import { StepButton } from './step-button.tsx'
import { incidentWords } from './words.ts'

/** Step 6: a second person says yes, or gives it back. */
export function ApprovalStep({
  own,
  onNext,
}: {
  readonly own: Incident
  readonly onNext: () => void
}) {
  const words = useWords(incidentWords)
  const { currency } = own.document
  return (
    <>
      <Panel title={words.stepNames.approval} asOf={own}>
        <Facts
          rows={[
            [words.state, <IncidentState key="state" state={own.state} />],
            [words.dueTotal, <Money key="due" amount={own.to_give_back} currency={currency} />],
            [
              words.goodwillTotal,
              <Money key="goodwill" amount={own.goodwill} currency={currency} />,
            ],
            [
              words.authors,
              <span key="authors">
                {own.authors.join(', ')} <Muted>{words.authorsNote}</Muted>
              </span>,
            ],
          ]}
        />
        {own.ceiling_exceeded !== null && (
          <Notice tone="danger" title={words.ceilingExceeded(ceilingName(own, words))} />
        )}
        <Row>
          <Buttons own={own} />
          {own.state === 'approved' && (
            <Button kind="primary" onClick={onNext}>
              {words.next}
            </Button>
          )}
        </Row>
      </Panel>
      <History own={own} />
    </>
  )
}

const ceilingName = (
  { ceiling_exceeded }: Incident,
  words: {
    readonly ceilingTotal: string
    readonly ceilingAccount: string
    readonly ceilingGoodwill: string
  },
): string =>
  ({
    total: words.ceilingTotal,
    account: words.ceilingAccount,
    goodwill: words.ceilingGoodwill,
  })[ceiling_exceeded ?? 'total']

function Buttons({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const money = useMoneyText()
  const may = useMay()
  if (!may('incidents_write')) return null
  const due = money(own.to_give_back, own.document.currency)
  const goodwill = money(own.goodwill, own.document.currency)
  const isOpen = isWritable(own) || own.state === 'submitted' || own.state === 'approved'
  return (
    <>
      {own.state === 'measured' && (
        <StepButton
          own={own}
          step="submit"
          kind="primary"
          label={words.submit}
          lead={words.submitLead(due, goodwill)}
          confirm={words.submitDo}
        />
      )}
      {own.state === 'submitted' && (
        <>
          <StepButton
            own={own}
            step="approve"
            kind="primary"
            label={words.approve}
            lead={words.approveLead(due, goodwill)}
            confirm={words.approveDo(due)}
          />
          <StepButton
            own={own}
            step="return"
            label={words.return}
            lead={words.returnLead}
            confirm={words.returnDo}
          />
        </>
      )}
      {isOpen && <Cancel own={own} />}
    </>
  )
}

function Cancel({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  return (
    <StepButton
      own={own}
      step="cancel"
      kind="danger"
      label={words.cancel}
      lead={words.cancelLead}
      confirm={words.cancelDo}
    />
  )
}

function History({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const query = useQuery({
    queryKey: incidentKey(own.incident_id, 'events', own.state),
    queryFn: ({ signal }) => api.incidents.events(own.incident_id, { signal }),
  })
  return (
    <Panel title={words.history} asOf={query.data}>
      <Loaded query={query}>
        {({ events }) => (
          <Steps
            name={words.history}
            steps={events.map(({ number, step, at, actor, facts }) => ({
              id: `${number}`,
              title: wordFor(words.events, step),
              detail: (
                <>
                  <Time at={at} /> · {actor.id}
                  {textOf(facts.reason) !== '' && ` · ${textOf(facts.reason)}`}
                </>
              ),
              state: 'done' as const,
            }))}
          />
        )}
      </Loaded>
    </Panel>
  )
}
