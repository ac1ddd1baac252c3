import { useMutation } from '@tanstack/react-query'
import { type ComponentType, useState } from 'react'
import { reasonSentence } from '../../../contract/cases/index.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Money,
  Muted,
  Notice,
  Panel,
  ProblemNotice,
  Stack,
  type Step,
  Steps,
  Time,
  useMoneyText,
} from '../../kit/index.ts'
import { codeWords } from '../words.ts'
import css from './case.module.css'
import type { Case } from './case.tsx'
import { AssignDialog, EscalateDialog, MergeDialog } from './hand-over.tsx'
import { RefundDialog } from './refund.tsx'
import { RejectDialog } from './reject.tsx'
import { ReplyDialog } from './reply.tsx'
import { type StepProps, useStep } from './step.ts'
import { ApproveDialog, CloseDialog, DenyDialog, NoteDialog, ReopenDialog } from './with-words.tsx'
import { caseScreenWords } from './words.ts'

const ENDED: readonly Case['state'][] = ['settled', 'closed', 'withdrawn', 'merged']

const DIALOGS = {
  reply: ReplyDialog,
  refund: RefundDialog,
  reject: RejectDialog,
  escalate: EscalateDialog,
  assign: AssignDialog,
  note: NoteDialog,
  merge: MergeDialog,
  close: CloseDialog,
  reopen: ReopenDialog,
  approve: ApproveDialog,
  deny: DenyDialog,
} satisfies Readonly<Record<string, ComponentType<StepProps>>>

type Doing = keyof typeof DIALOGS

/** What may be done, and how far whoever looks may go alone. */
export function Actions({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const [doing, setDoing] = useState<Doing>()
  const Open = doing && DIALOGS[doing]
  return (
    <>
      {own.waiting && <Waiting own={own} onDo={setDoing} />}
      <Panel title={words.actions}>
        <Offered own={own} onDo={setDoing} />
        <Limits own={own} />
      </Panel>
      <Tracker own={own} />
      {Open && <Open own={own} onClose={() => setDoing(undefined)} />}
    </>
  )
}

interface OfferedProps {
  readonly own: Case
  readonly onDo: (what: Doing) => void
}

function Offered({ own, onDo }: OfferedProps) {
  const words = useWords(caseScreenWords)
  const may = useMay()
  const take = useStep(() => api.cases.take(own.case_id))
  const isEnded = ENDED.includes(own.state)
  const hasAccount = own.account_id !== null
  const canDecide = hasAccount && own.decision === null && own.waiting === null
  const steps: readonly (readonly [Exclude<Doing, 'approve' | 'deny' | 'reopen'>, boolean])[] = [
    ['refund', canDecide],
    ['reply', hasAccount],
    ['reject', canDecide],
    ['escalate', true],
    ['assign', true],
    ['note', true],
    ['merge', hasAccount],
    ['close', own.origin !== 'dispute'],
  ]
  return (
    <Stack>
      {take.error && <ProblemNotice error={take.error} />}
      <div className={css.steps}>
        {!isEnded && (
          <Button kind="primary" busy={take.isPending} onClick={() => take.mutate()}>
            {words.take}
          </Button>
        )}
        {!isEnded &&
          steps.map(
            ([what, isOffered]) =>
              isOffered && (
                <Button key={what} onClick={() => onDo(what)}>
                  {words[what]}
                </Button>
              ),
          )}
        {isEnded && may('cases_approve') && (
          <Button onClick={() => onDo('reopen')}>{words.reopen}</Button>
        )}
      </div>
      <Bundle id={own.case_id} />
    </Stack>
  )
}

/** All that whoever takes the case over needs, as a file. */
function Bundle({ id }: { readonly id: string }) {
  const words = useWords(caseScreenWords)
  const download = useMutation({
    mutationFn: async () => {
      const bundle = await api.cases.bundle(id)
      const file = new Blob([JSON.stringify(bundle, null, 2)], { type: 'application/json' })
      const link = document.createElement('a')
      link.href = URL.createObjectURL(file)
      link.download = `${id}.json`
      link.click()
      URL.revokeObjectURL(link.href)
    },
  })
  return (
    <Stack gap={1}>
      {download.error && <ProblemNotice error={download.error} />}
      <div>
        <Button
          size="small"
          icon="download"
          busy={download.isPending}
          onClick={() => download.mutate()}
        >
          {words.bundle}
        </Button>
      </div>
      <Muted>{words.bundleHint}</Muted>
    </Stack>
  )
}

function Limits({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const text = useMoneyText()
  const { alone, currency, refunded } = own
  return (
    <Notice tone="info" title={words.limits}>
      <p>{alone === null ? words.aloneUnlimited : words.alone(text(alone, currency))}</p>
      <p>{words.givenInCase(text(refunded, currency))}</p>
      <p>{words.noEdit}</p>
    </Notice>
  )
}

function Waiting({ own, onDo }: OfferedProps) {
  const words = useWords(caseScreenWords)
  const lang = useLang()
  const may = useMay()
  const text = useMoneyText()
  if (!own.waiting) return null
  const { plan, by, reason } = own.waiting
  const amount = text(plan.total, own.currency)
  const actions = may('cases_approve') && (
    <>
      <Button kind="primary" onClick={() => onDo('approve')}>
        {words.approve(amount)}
      </Button>
      <Button onClick={() => onDo('deny')}>{words.denyRefund}</Button>
    </>
  )
  return (
    <Notice tone="warn" title={words.waiting} actions={actions}>
      <p>{words.waitingBy(amount, by)}</p>
      <p>{reasonSentence(reason, lang)}</p>
    </Notice>
  )
}

const STEP_STATES = {
  done: 'done',
  due: 'now',
  overdue: 'failed',
  waiting: 'ahead',
  not_needed: 'passed_over',
} as const

function Tracker({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const codes = useWords(codeWords)
  const steps = own.tracker.map(
    (stage): Step => ({
      id: stage.stage,
      state: STEP_STATES[stage.state],
      title: codes.stages[stage.stage],
      detail: <StageTime stage={stage} />,
    }),
  )
  return (
    <Panel title={words.tracker}>
      <Steps name={words.tracker} steps={steps} />
      <Decision own={own} />
      {own.provisional && (
        <p>
          {words.provisional}:{' '}
          <Money amount={own.provisional.amount} currency={own.provisional.currency} />
        </p>
      )}
    </Panel>
  )
}

/** When a stage was reached, or is due. */
function StageTime({ stage }: { readonly stage: Case['tracker'][number] }) {
  const words = useWords(caseScreenWords)
  const codes = useWords(codeWords)
  const { state, at, due_at } = stage
  const name = codes.stageStates[state]
  if (at !== null)
    return (
      <>
        {name} · <Time at={at} />
      </>
    )
  if (due_at === null || state === 'not_needed') return name
  return (
    <>
      {name} · {words.dueBy} <Time at={due_at} />
    </>
  )
}

function Decision({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const lang = useLang()
  const { decision } = own
  if (!decision) return null
  const isRefund = decision.verdict === 'refund'
  const amount = <Money amount={decision.total} currency={own.currency} />
  return (
    <Notice
      tone={isRefund ? 'ok' : 'info'}
      title={
        isRefund ? (
          <>
            {words.decision}: {amount}
          </>
        ) : (
          words.decidedRejected
        )
      }
    >
      <p>{reasonSentence(decision.reason, lang)}</p>
      {decision.automatic && <p>{words.automatic}</p>}
    </Notice>
  )
}
