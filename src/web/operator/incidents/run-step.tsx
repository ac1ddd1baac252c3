import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { choiceOf } from '../../app/search.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  Empty,
  Facts,
  Loaded,
  Money,
  Panel,
  Row,
  useMoneyText,
} from '../../kit/index.ts'
import { useListing } from '../../parts/listing.ts'
import { kitWords } from '../../words/kit.ts'
import { CallTable } from './call-table.tsx'
import type { Incident } from './form.ts'
import css from './incidents.module.css'
import { incidentKey } from './queries.ts'
import { StepButton } from './step-button.tsx'
import { incidentWords } from './words.ts'

/** Step 7: it is given, call by call; it can be paused and goes on where it was. */
export function RunStep({ own, onNext }: { readonly own: Incident; readonly onNext: () => void }) {
  const words = useWords(incidentWords)
  const hasRun = own.run_at !== null
  return (
    <>
      <Panel title={words.stepNames.run} asOf={own}>
        {hasRun ? (
          <Progress own={own} />
        ) : (
          own.state !== 'approved' && <Empty title={words.notApproved} />
        )}
        <Row>
          <Buttons own={own} />
          {own.state === 'done' && (
            <Button kind="primary" onClick={onNext}>
              {words.next}
            </Button>
          )}
        </Row>
      </Panel>
      {hasRun && <Results own={own} />}
    </>
  )
}

function Progress({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const { progress } = own
  const { currency } = own.document
  const done = progress.given + progress.nothing + progress.failed
  const all = done + progress.open
  const text = words.progressText(count(done, lang), count(all, lang))
  return (
    <>
      <div>
        <progress
          className={css.progress}
          aria-label={words.progress}
          aria-valuetext={text}
          value={done}
          max={Math.max(1, all)}
        />
        <p>{text}</p>
      </div>
      <Facts
        rows={[
          [words.given, <Money key="amount" amount={progress.amount} currency={currency} />],
          [words.givenMoney, <Money key="money" amount={progress.money} currency={currency} />],
          ...(['given', 'open', 'nothing', 'failed'] as const).map(
            (state) => [words.progressWords[state], count(progress[state], lang)] as const,
          ),
          [words.accountsFinished, count(progress.accounts_finished, lang)],
          ...(own.campaign_id === null ? [] : [[words.campaign, own.campaign_id] as const]),
        ].map(([name, value], index) => [
          index === 2 ? `${words.calls}: ${String(name)}` : String(name),
          value,
        ])}
      />
    </>
  )
}

function Buttons({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const money = useMoneyText()
  const may = useMay()
  if (!may('incidents_write')) return null
  const { currency } = own.document
  const due = money(own.to_give_back, currency)
  return (
    <>
      {own.state === 'approved' && (
        <StepButton
          own={own}
          step="run"
          kind="primary"
          label={words.run}
          lead={words.runLead(due, count(own.calls, lang), money(own.goodwill, currency))}
          confirm={words.runDo(due)}
        />
      )}
      {own.state === 'running' && (
        <StepButton
          own={own}
          step="pause"
          label={words.pause}
          lead={words.pauseLead}
          confirm={words.pauseDo}
        />
      )}
      {own.state === 'paused' && <GoOn own={own} due={due} />}
    </>
  )
}

function GoOn({ own, due }: { readonly own: Incident; readonly due: string }) {
  const words = useWords(incidentWords)
  return (
    <>
      <StepButton
        own={own}
        step="resume"
        kind="primary"
        label={words.resume}
        lead={words.resumeLead}
        confirm={words.resumeDo(due)}
      />
      <StepButton
        own={own}
        step="finish"
        kind="danger"
        label={words.finish}
        lead={words.finishLead}
        confirm={words.finishDo}
      />
    </>
  )
}

const SHOWN = ['any', 'open', 'given', 'nothing', 'failed'] as const

function Results({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const kit = useWords(kitWords)
  const [search, change] = useUrlState()
  const state = choiceOf(search, 'calls', SHOWN)
  const { query, more } = useListing(
    incidentKey(own.incident_id, 'calls', state, own.state),
    (options) => api.incidents.calls(own.incident_id, state === 'any' ? {} : { state }, options),
    own.state === 'running' ? { every: 3_000 } : {},
  )
  return (
    <Panel
      title={words.results}
      actions={
        <Choices
          label={words.resultFilter}
          value={state}
          options={SHOWN.map((value) => ({
            value,
            label: value === 'any' ? words.any : words.callStates[value],
          }))}
          onChange={(value) => change({ calls: value === 'any' ? undefined : value })}
        />
      }
    >
      <Loaded query={query}>
        {({ items, hasMore }) => (
          <>
            <CallTable
              name={words.results}
              calls={items}
              currency={own.document.currency}
              withResult
            />
            {hasMore && <Button onClick={more}>{kit.more}</Button>}
          </>
        )}
      </Loaded>
    </Panel>
  )
}
