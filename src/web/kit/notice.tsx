import type { ReactNode } from 'react'
import { EverycentProblem, EverycentUnreachable } from '../../client/index.ts'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icons.tsx'
import css from './notice.module.css'

type Tone = 'info' | 'ok' | 'warn' | 'danger'
const ICONS: Readonly<Record<Tone, IconName>> = {
  info: 'info',
  ok: 'check',
  warn: 'warn',
  danger: 'stop',
}

export interface NoticeProps {
  readonly tone: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  /** It has just appeared because of something: read aloud at once. */
  readonly alert?: boolean
}

export function Notice({ tone, title, children, actions, alert = false }: NoticeProps) {
  return (
    <div className={css.notice} data-tone={tone} role={alert ? 'alert' : undefined}>
      <Icon name={ICONS[tone]} />
      <div className={css.body}>
        <p className={css.title}>{title}</p>
        {children && <div className={css.text}>{children}</div>}
        {actions && <div className={css.actions}>{actions}</div>}
      </div>
    </div>
  )
}

interface Fault {
  readonly location: string
  readonly message: string
  readonly fix: string
}

const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'location' in value && 'message' in value

/** Which fields were wrong, and what would be right. */
export function faultsOf(error: unknown): readonly Fault[] {
  const errors = error instanceof EverycentProblem ? error.body.errors : undefined
  return Array.isArray(errors) ? errors.filter(isFault) : []
}

/** What went wrong in the server's own words: what, why, what next, and the id to name to support. */
export function ProblemNotice({
  error,
  onRetry,
}: {
  readonly error: unknown
  readonly onRetry?: () => void
}) {
  const words = useWords(kitWords)
  const retry = onRetry && (
    <Button size="small" onClick={onRetry}>
      {words.again}
    </Button>
  )
  if (error instanceof EverycentProblem) {
    const { title, detail, requestId } = error
    return (
      <Notice tone="danger" title={title} actions={retry} alert>
        {detail && <p>{detail}</p>}
        {faultsOf(error).map(({ location, message, fix }) => (
          <p key={`${location} ${message}`}>
            <code>{location}</code> {words.fault(message, fix)}
          </p>
        ))}
        {requestId && <p className={css.small}>{words.requestId(requestId)}</p>}
      </Notice>
    )
  }
  const isUnreachable = error instanceof EverycentUnreachable
  return (
    <Notice tone="warn" title={words.unreachable} actions={retry} alert>
      <p>{words.unreachableWhy}</p>
      {!isUnreachable && error instanceof Error && <p className={css.small}>{error.message}</p>}
    </Notice>
  )
}

/** Nothing is here yet: says what will be, and what to do for it. */
export function Empty({
  title,
  children,
}: {
  readonly title: ReactNode
  readonly children?: ReactNode
}) {
  return (
    <div className={css.empty}>
      <p className={css.title}>{title}</p>
      {children && <div className={css.text}>{children}</div>}
    </div>
  )
}
