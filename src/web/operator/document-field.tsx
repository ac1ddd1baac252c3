import { type ChangeEvent, useId } from 'react'
import { Stack, TextArea } from '../kit/index.ts'

type Document = Record<string, unknown>

/** `null`: it is no JSON object. */
export function documentIn(text: string): Document | null {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Document) : null
  } catch {
    return null
  }
}

interface DocumentFieldProps {
  readonly text: string
  readonly onChange: (text: string) => void
  readonly words: {
    readonly label: string
    readonly upload: string
    readonly notJson: string
  }
}

/** A document as JSON: typed, pasted, or taken from a file. */
export function DocumentField({ text, onChange, words }: DocumentFieldProps) {
  const id = useId()
  const take = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0]
    if (file) onChange(await file.text())
  }
  const isWrong = text !== '' && documentIn(text) === null
  return (
    <Stack>
      <div>
        <label htmlFor={id}>{words.upload}</label>{' '}
        <input
          id={id}
          type="file"
          accept="application/json,.json"
          onChange={(own) => void take(own)}
        />
      </div>
      <TextArea
        label={words.label}
        rows={12}
        spellCheck={false}
        value={text}
        error={isWrong ? words.notJson : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
    </Stack>
  )
}
