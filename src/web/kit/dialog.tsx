import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import { Button, IconButton } from './button.tsx'
import css from './dialog.module.css'
import { ProblemNotice } from './notice.tsx'

export interface DialogProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  /** Buttons at the foot, the main one last. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** The platform's own modal: it keeps focus inside, closes with Escape, and gives focus back. */
export function Dialog({ title, open, onClose, actions, children }: DialogProps) {
  const words = useWords(kitWords)
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    if (open && dialog && !dialog.open) dialog.showModal()
    if (!open && dialog?.open) dialog.close()
  }, [open])
  return (
    <dialog
      ref={ref}
      className={css.dialog}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      {open && (
        <div className={css.inner}>
          <header className={css.head}>
            <h2 id={id}>{title}</h2>
            <IconButton icon="cross" label={words.close} onClick={onClose} />
          </header>
          <div className={css.body}>{children}</div>
          {actions && <footer className={css.foot}>{actions}</footer>}
        </div>
      )}
    </dialog>
  )
}

export interface ConfirmProps extends Omit<DialogProps, 'actions'> {
  /** What the button does, with the amount where money moves: "Pay $22.00". */
  readonly confirm: string
  readonly danger?: boolean
  readonly busy: boolean
  readonly error?: unknown
  readonly onConfirm: () => void
}

/** Says what will happen, and does it once. What went wrong stays in the dialog. */
export function Confirm({
  confirm,
  danger,
  busy,
  error,
  onConfirm,
  children,
  ...rest
}: ConfirmProps) {
  const words = useWords(kitWords)
  const actions = (
    <>
      <Button onClick={rest.onClose}>{words.cancel}</Button>
      <Button kind={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
        {confirm}
      </Button>
    </>
  )
  return (
    <Dialog {...rest} actions={actions}>
      {children}
      {error !== undefined && error !== null && <ProblemNotice error={error} />}
    </Dialog>
  )
}
