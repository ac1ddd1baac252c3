import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import css from './field.module.css'

interface FieldProps {
  readonly label: string
  readonly hint?: ReactNode
  /** What is wrong with what was typed, and what would be right. */
  readonly error?: string | undefined
}

type Described = { readonly id: string; readonly 'aria-describedby'?: string }

function Field({
  label,
  hint,
  error,
  children,
}: FieldProps & { readonly children: (described: Described) => ReactNode }) {
  const id = useId()
  const told = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className={css.field} data-invalid={error === undefined ? undefined : true}>
      <label htmlFor={id}>{label}</label>
      {children({ id, ...(told !== '' && { 'aria-describedby': told }) })}
      {hint && (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={css.error} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}

type InputProps = FieldProps &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'prefix'> & { readonly prefix?: string }

export function TextField({ label, hint, error, prefix, ...rest }: InputProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <span className={css.control}>
          {prefix && <span className={css.prefix}>{prefix}</span>}
          <input type="text" {...rest} {...described} aria-invalid={error !== undefined} />
        </span>
      )}
    </Field>
  )
}

/** Files of the reader's machine; what becomes of them is said by the form. */
export function FileField({
  label,
  hint,
  error,
  accept,
  multiple,
  onFiles,
}: FieldProps & {
  readonly accept: string
  readonly multiple?: boolean
  readonly onFiles: (files: readonly File[]) => void
}) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <input
          type="file"
          accept={accept}
          multiple={multiple}
          {...described}
          aria-invalid={error !== undefined}
          onChange={(event) => onFiles([...(event.target.files ?? [])])}
        />
      )}
    </Field>
  )
}

/** An amount of money as exact decimal text: `12.50`. */
export function MoneyField({ currency, ...rest }: InputProps & { readonly currency: string }) {
  return <TextField inputMode="decimal" autoComplete="off" prefix={currency} {...rest} />
}

export function TextArea({
  label,
  hint,
  error,
  ...rest
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <textarea rows={4} {...rest} {...described} aria-invalid={error !== undefined} />
      )}
    </Field>
  )
}

export interface Option {
  readonly value: string
  readonly label: string
}

type SelectProps = FieldProps &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> & {
    readonly options: readonly Option[]
    readonly onChange: (value: string) => void
  }

export function Select({ label, hint, error, options, onChange, ...rest }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(described) => (
        <select {...rest} {...described} onChange={(event) => onChange(event.target.value)}>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface CheckProps {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onChange: (checked: boolean) => void
  /** A switch acts at once; a checkbox is part of a form. */
  readonly as?: 'checkbox' | 'switch'
  /** It stands in a row of fields, whose labels are above them. */
  readonly amongFields?: boolean
}

export function Check({ label, hint, checked, disabled, onChange, ...rest }: CheckProps) {
  const { as = 'checkbox', amongFields } = rest
  const id = useId()
  return (
    <div className={css.check} data-among-fields={amongFields || undefined}>
      <input
        id={id}
        type="checkbox"
        role={as === 'switch' ? 'switch' : undefined}
        className={as === 'switch' ? css.switch : undefined}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className={css.hint}>
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}

/** One of a few, all seen at once. */
export function Choices<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
}) {
  const name = useId()
  return (
    <fieldset className={css.choices}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} data-chosen={option.value === value || undefined}>
          <input
            type="radio"
            name={name}
            className="visually-hidden"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}

/** What a form says while its button works. */
export function Working() {
  return <span role="status">{useWords(kitWords).working}</span>
}
