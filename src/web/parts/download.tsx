import { useState } from 'react'
import { Button, ProblemNotice, Stack } from '../kit/index.ts'
import css from './download.module.css'

interface Wanted {
  readonly id: string
  readonly label: string
  /** Of the file, as it is saved. */
  readonly name: string
  readonly type: string
  readonly read: () => Promise<Uint8Array | Response>
}

/** Gives a file to the browser as if a link to it had been followed. */
async function save({ name, type, read }: Wanted): Promise<void> {
  const got = await read()
  const bytes = got instanceof Uint8Array ? new Uint8Array(got) : await got.arrayBuffer()
  const url = URL.createObjectURL(new Blob([bytes], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** Files that can be had here; what goes wrong with one is said below them. */
export function Downloads({
  files,
  label,
  size = 'normal',
}: {
  readonly files: readonly Wanted[]
  /** What they are of, for who does not see where they stand. */
  readonly label: string
  readonly size?: 'small' | 'normal'
}) {
  const [busy, setBusy] = useState<string>()
  const [error, setError] = useState<unknown>()
  const take = async (file: Wanted): Promise<void> => {
    setBusy(file.id)
    setError(undefined)
    try {
      await save(file)
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(undefined)
    }
  }
  return (
    <Stack gap={2}>
      <div role="group" aria-label={label} className={css.files}>
        {files.map((file) => (
          <Button
            key={file.id}
            icon="download"
            size={size}
            busy={busy === file.id}
            onClick={() => void take(file)}
          >
            {file.label}
          </Button>
        ))}
      </div>
      {error !== undefined && <ProblemNotice error={error} />}
    </Stack>
  )
}
