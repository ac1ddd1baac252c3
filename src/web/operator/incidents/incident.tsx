import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useLang } from '../../app/preferences.ts'
import { choiceOf, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Icon, Loaded, PageHead, Stack } from '../../kit/index.ts'
import { ApprovalStep } from './approval-step.tsx'
import type { Incident } from './form.ts'
import css from './incidents.module.css'
import { IncidentState } from './incidents.tsx'
import { MeasureStep } from './measure-step.tsx'
import { PreviewStep } from './preview-step.tsx'
import { useIncident } from './queries.ts'
import { RemedyStep } from './remedy-step.tsx'
import { ReportStep } from './report-step.tsx'
import { RunStep } from './run-step.tsx'
import { ScopeStep } from './scope-step.tsx'
import { isDone, isOpenTo, placeOf, STEPS, type StepId } from './wizard.ts'
import { incidentWords } from './words.ts'
import { WordsStep } from './words-step.tsx'

/** No id can be this: ids have no hyphen. */
const NEW = 'new-incident'

/** One incident in eight steps; the address says at which one the reader is. */
export default function IncidentWizard() {
  const { incident } = useParams({ strict: false }) as { readonly incident?: string }
  if (incident === NEW) return <Wizard own={undefined} />
  return <Written id={incident ?? ''} />
}

function Written({ id }: { readonly id: string }) {
  const query = useIncident(id)
  return <Loaded query={query}>{(own) => <Wizard own={own} />}</Loaded>
}

function Wizard({ own }: { readonly own: Incident | undefined }) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const [search, change] = useUrlState()
  const navigate = useNavigate()
  const asked = textOf(search, 'step')
  const step = asked === undefined ? placeOf(own) : choiceOf(search, 'step', STEPS)
  const at = isOpenTo(own, step) ? step : 'scope'
  const goTo = (next: StepId, written = own): void => {
    if (own || !written) change({ step: next })
    else
      void navigate({
        to: `/operator/incidents/${written.incident_id}` as never,
        search: { step: next } as never,
      })
  }
  return (
    <Stack gap={4}>
      <PageHead
        title={own ? own.document.name[lang] : words.newTitle}
        lead={
          own && (
            <>
              <code>{own.incident_id}</code> · <IncidentState state={own.state} />
            </>
          )
        }
      />
      <div className={css.wizard}>
        <StepList own={own} at={at} />
        <div className={css.step}>
          <p className={css.count}>{words.step(STEPS.indexOf(at) + 1, STEPS.length)}</p>
          <StepView own={own} at={at} goTo={goTo} />
        </div>
      </div>
    </Stack>
  )
}

function StepList({ own, at }: { readonly own: Incident | undefined; readonly at: StepId }) {
  const words = useWords(incidentWords)
  return (
    <nav aria-label={words.steps}>
      <ol className={css.steps}>
        {STEPS.map((id, index) => {
          const isHere = id === at
          const state = isHere ? 'now' : isDone(own, id) ? 'done' : 'ahead'
          const content = (
            <>
              <Icon
                name={state === 'done' ? 'check' : state === 'now' ? 'right' : 'clock'}
                label={words.stepStates[state]}
              />
              {`${index + 1}. ${words.stepNames[id]}`}
            </>
          )
          return (
            <li key={id} data-state={state}>
              {isOpenTo(own, id) ? (
                <Link
                  to={'.' as never}
                  search={((before: object) => ({ ...before, step: id })) as never}
                  aria-current={isHere ? 'step' : undefined}
                >
                  {content}
                </Link>
              ) : (
                <span>{content}</span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

function StepView({
  own,
  at,
  goTo,
}: {
  readonly own: Incident | undefined
  readonly at: StepId
  readonly goTo: (step: StepId, written?: Incident) => void
}) {
  if (!own || at === 'scope')
    return <ScopeStep own={own} onSaved={(written) => goTo('measure', written)} />
  if (at === 'measure') return <MeasureStep own={own} onNext={() => goTo('remedy')} />
  if (at === 'remedy') return <RemedyStep own={own} onSaved={() => goTo('preview')} />
  if (at === 'preview') return <PreviewStep own={own} onNext={() => goTo('words')} />
  if (at === 'words') return <WordsStep own={own} onSaved={() => goTo('approval')} />
  if (at === 'approval') return <ApprovalStep own={own} onNext={() => goTo('run')} />
  if (at === 'run') return <RunStep own={own} onNext={() => goTo('report')} />
  return <ReportStep own={own} />
}
