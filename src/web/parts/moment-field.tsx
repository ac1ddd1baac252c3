import { useTimeZone } from '../app/preferences.ts'
import { TextField } from '../kit/index.ts'

const SECONDS_SHOWN = 19
const MINUTE_MS = 60_000

/** As a field of a browser has it: without a zone, in the one in which times are shown. */
function shown(at: string, isUtc: boolean): string {
  const date = new Date(at)
  const shift = isUtc ? 0 : date.getTimezoneOffset() * MINUTE_MS
  return new Date(date.getTime() - shift).toISOString().slice(0, SECONDS_SHOWN)
}

interface MomentFieldProps {
  readonly label: string
  /** RFC 3339, in UTC. */
  readonly value: string | undefined
  readonly onChange: (at: string | undefined) => void
}

/** A moment in the zone in which times are shown; told to the server in UTC. */
export function MomentField({ label, value, onChange }: MomentFieldProps) {
  const isUtc = useTimeZone() === 'UTC'
  const isKnown = value !== undefined && !Number.isNaN(Date.parse(value))
  return (
    <TextField
      label={label}
      type="datetime-local"
      step={1}
      value={isKnown ? shown(value, isUtc) : ''}
      onChange={(event) => {
        const text = event.target.value
        const at = Date.parse(isUtc ? `${text}Z` : text)
        onChange(Number.isNaN(at) ? undefined : new Date(at).toISOString())
      }}
    />
  )
}
