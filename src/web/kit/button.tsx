import { Link, type LinkProps } from '@tanstack/react-router'
import type { ButtonHTMLAttributes, ReactNode } from 'react'
import css from './button.module.css'
import { Icon, type IconName } from './icons.tsx'

type Kind = 'plain' | 'primary' | 'danger' | 'quiet'

interface Look {
  /** `primary`: the one thing this place is for. `quiet`: no frame. Default `plain`. */
  readonly kind?: Kind
  readonly icon?: IconName
  readonly size?: 'small' | 'normal'
}

export interface ButtonProps extends Look, ButtonHTMLAttributes<HTMLButtonElement> {
  /** Something is being done because of it: it says so and takes no second click. */
  readonly busy?: boolean
  readonly children: ReactNode
}

const classOf = ({ kind = 'plain', size = 'normal' }: Look): string =>
  [css.button, css[kind], size === 'small' ? css.small : ''].join(' ')

export function Button({ kind, icon, size, busy, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classOf({ ...(kind && { kind }), ...(size && { size }) })}
      data-kind={kind}
      aria-busy={busy || undefined}
      aria-disabled={busy || disabled || undefined}
      onClick={busy || disabled ? (event) => event.preventDefault() : rest.onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName
  /** What it does: read aloud, and shown on hover. */
  readonly label: string
}

export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} className={css.iconOnly} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  )
}

/** Looks like a button and goes to another address. */
export function ButtonLink({
  kind,
  icon,
  size,
  children,
  ...rest
}: Look & LinkProps & { readonly children: ReactNode }) {
  return (
    <Link
      {...rest}
      className={classOf({ ...(kind && { kind }), ...(size && { size }) })}
      data-kind={kind}
    >
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  )
}
