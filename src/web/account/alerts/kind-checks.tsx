import { useWords } from '../../app/words.ts'
import { Check, Stack } from '../../kit/index.ts'
import css from './alerts.module.css'
import type { Kind } from './data.ts'
import { KIND_GROUPS } from './kinds.ts'
import { alertWords } from './words.ts'

/** Every kind of alert with a box, as they belong together. */
export function KindChecks({
  chosen,
  disabled = false,
  onChange,
}: {
  readonly chosen: readonly Kind[]
  readonly disabled?: boolean
  readonly onChange: (chosen: readonly Kind[]) => void
}) {
  const words = useWords(alertWords)
  return (
    <div className={css.groups}>
      {KIND_GROUPS.map(([group, kinds]) => (
        <fieldset key={group} className={css.group}>
          <legend>{words.groups[group]}</legend>
          <Stack gap={2}>
            {kinds.map((kind) => (
              <Check
                key={kind}
                label={words.kinds[kind]}
                checked={chosen.includes(kind)}
                disabled={disabled}
                onChange={(isOn) =>
                  onChange(isOn ? [...chosen, kind] : chosen.filter((own) => own !== kind))
                }
              />
            ))}
          </Stack>
        </fieldset>
      ))}
    </div>
  )
}
