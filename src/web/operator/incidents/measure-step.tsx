import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Empty,
  Facts,
  Loaded,
  Money,
  Muted,
  Notice,
  Panel,
  ProblemNotice,
  Row,
} from '../../kit/index.ts'
import { CallTable } from './call-table.tsx'
import type { Incident } from './form.ts'
import { useImpact, useMeasure } from './queries.ts'
import { incidentWords } from './words.ts'

interface StepProps {
  readonly own: Incident
  readonly onNext: () => void
}

/** Step 2: its calls, found and frozen, and some of them to look at. */
export function MeasureStep({ own, onNext }: StepProps) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const may = useMay()
  const measure = useMeasure(own)
  const isMeasured = own.measured_at !== null && own.state !== 'measuring'
  const canMeasure = may('incidents_write') && (own.state === 'draft' || own.state === 'measured')
  return (
    <>
      <Panel title={words.stepNames.measure} asOf={own}>
        {own.state === 'measuring' && (
          <Notice tone="info" title={words.states.measuring}>
            <p role="status">{words.measuring(count(own.accounts_looked_at, lang))}</p>
          </Notice>
        )}
        {isMeasured && <Found own={own} />}
        {!isMeasured && own.state !== 'measuring' && (
          <Empty title={words.notMeasured}>{words.notMeasuredNext}</Empty>
        )}
        {measure.error && <ProblemNotice error={measure.error} />}
        <Row>
          {canMeasure && (
            <Button
              kind={isMeasured ? 'plain' : 'primary'}
              icon="search"
              busy={measure.isPending}
              onClick={() => measure.mutate()}
            >
              {isMeasured ? words.measureAgain : words.measure}
            </Button>
          )}
          {isMeasured && (
            <Button kind="primary" onClick={onNext}>
              {words.next}
            </Button>
          )}
        </Row>
      </Panel>
      {isMeasured && <Sample own={own} />}
    </>
  )
}

function Found({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const lang = useLang()
  return (
    <>
      <Facts
        rows={[
          [words.found, words.dueFor(count(own.calls, lang), count(own.accounts, lang))],
          [
            words.toGive,
            <Money key="due" amount={own.to_give_back} currency={own.document.currency} />,
          ],
          [
            words.credit,
            <Money key="credit" amount={own.goodwill} currency={own.document.currency} />,
          ],
        ]}
      />
      {own.unknown_calls > 0 && (
        <Notice tone="warn" title={`${words.unknownCalls}: ${count(own.unknown_calls, lang)}`}>
          {words.unknownCallsNext}
        </Notice>
      )}
    </>
  )
}

function Sample({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const impact = useImpact(own)
  return (
    <Panel title={words.sample}>
      <Muted>{words.sampleLead}</Muted>
      <Loaded query={impact}>
        {({ sample, currency }) => (
          <CallTable name={words.sample} calls={sample} currency={currency} />
        )}
      </Loaded>
    </Panel>
  )
}
