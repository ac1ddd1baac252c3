import { useWords } from '../../app/words.ts'
import { Panel, type Step, Steps, Time } from '../../kit/index.ts'
import type { Dispute } from './data.ts'
import { disputeWords } from './words.ts'

type Stage = Dispute['tracker'][number]

const SHOWN: Readonly<Record<Stage['state'], Step['state']>> = {
  done: 'done',
  due: 'now',
  overdue: 'failed',
  waiting: 'ahead',
  not_needed: 'passed_over',
}

/** Each step of the case with its time, or with when it is due. */
export function Tracker({ own }: { readonly own: Dispute }) {
  const words = useWords(disputeWords)
  return (
    <Panel title={words.tracker} asOf={own}>
      <Steps
        name={words.tracker}
        stateWords={{
          done: words.stageStates.done,
          now: words.stageStates.due,
          failed: words.stageStates.overdue,
          ahead: words.stageStates.waiting,
          passed_over: words.stageStates.not_needed,
        }}
        steps={own.tracker.map((stage) => ({
          id: stage.stage,
          title: words.stages[stage.stage],
          detail: <When stage={stage} />,
          state: SHOWN[stage.state],
        }))}
      />
    </Panel>
  )
}

function When({ stage }: { readonly stage: Stage }) {
  const words = useWords(disputeWords)
  const { state, at, due_at: due } = stage
  if (at !== null) return <Time at={at} />
  if (due === null || state === 'not_needed') return words.stageStates[state]
  const word = state === 'overdue' ? words.lateSince : words.dueBy
  return (
    <>
      {word} <Time at={due} />
    </>
  )
}
