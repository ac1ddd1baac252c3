import { FONTS, type Font, SCHEMES, type Scheme } from '../../../contract/portal/theme.ts'
import { useWords } from '../../app/words.ts'
import { Grid, Select, Stack, TextField } from '../../kit/index.ts'
import { type Draft, isColour, isId, isRadius } from './draft.ts'
import css from './portals.module.css'
import { portalWords } from './words.ts'

interface FieldsProps {
  readonly draft: Draft
  readonly isNew: boolean
  readonly onChange: (draft: Draft) => void
}

/** Everything that is chosen of a theme. */
export function ThemeFields(props: FieldsProps) {
  const words = useWords(portalWords)
  const { draft, onChange } = props
  return (
    <Stack gap={4}>
      <Grid min="220px">
        <Named {...props} />
        <Shape {...props} />
      </Grid>
      <Grid min="220px">
        {SCHEMES.map((name) => (
          <Colours
            key={name}
            legend={words.schemes[name]}
            value={draft[name]}
            onChange={(value) => onChange({ ...draft, [name]: value })}
          />
        ))}
      </Grid>
    </Stack>
  )
}

function Named({ draft, isNew, onChange }: FieldsProps) {
  const words = useWords(portalWords)
  return (
    <>
      {isNew && (
        <TextField
          label={words.id}
          hint={words.idHint}
          value={draft.id}
          maxLength={64}
          error={draft.id === '' || isId(draft.id) ? undefined : words.idWrong}
          onChange={({ target }) => onChange({ ...draft, id: target.value })}
        />
      )}
      <TextField
        label={words.name}
        hint={words.nameHint}
        value={draft.name}
        maxLength={40}
        onChange={({ target }) => onChange({ ...draft, name: target.value })}
      />
      <TextField
        label={words.mark}
        hint={words.markHint}
        value={draft.mark}
        maxLength={2}
        onChange={({ target }) => onChange({ ...draft, mark: target.value })}
      />
    </>
  )
}

function Shape({ draft, onChange }: Omit<FieldsProps, 'isNew'>) {
  const words = useWords(portalWords)
  return (
    <>
      <Select
        label={words.font}
        value={draft.font}
        options={FONTS.map((value) => ({ value, label: words.fonts[value] }))}
        onChange={(font) => onChange({ ...draft, font: font as Font })}
      />
      <TextField
        label={words.radius}
        inputMode="numeric"
        value={draft.radius}
        error={isRadius(draft.radius) ? undefined : words.radiusWrong}
        onChange={({ target }) => onChange({ ...draft, radius: target.value })}
      />
    </>
  )
}

const COLOURS = ['accent', 'surface', 'text'] as const

interface ColoursProps {
  readonly legend: string
  readonly value: Scheme
  readonly onChange: (value: Scheme) => void
}

/** Each colour as digits, to be pasted, and as a swatch, to be picked. */
function Colours({ legend, value, onChange }: ColoursProps) {
  const words = useWords(portalWords)
  return (
    <fieldset className={css.fields}>
      <legend>{legend}</legend>
      {COLOURS.map((name) => {
        const set = (text: string): void => onChange({ ...value, [name]: text.toLowerCase() })
        const isRight = isColour(value[name])
        return (
          <div key={name} className={css.colour}>
            <input
              type="color"
              className={css.swatch}
              aria-label={`${legend}: ${words.colours[name]}`}
              value={isRight ? value[name] : '#000000'}
              onChange={({ target }) => set(target.value)}
            />
            <TextField
              label={words.colours[name]}
              value={value[name]}
              maxLength={7}
              spellCheck={false}
              error={isRight ? undefined : words.colourWrong}
              onChange={({ target }) => set(target.value)}
            />
          </div>
        )
      })}
    </fieldset>
  )
}
