import Type, { type Static } from 'typebox'
import { FONTS } from '../portal/theme.ts'
import { PRINTABLE } from '../printable.ts'
import { AsOf, nullable, printable, strict, Timestamp } from './primitives.ts'

/** Six digits and nothing else: nothing that a style could be broken out of. */
const Colour = (description: string) =>
  Type.String({ pattern: '^#[0-9a-f]{6}$', description, examples: ['#0b5fff'] })

const SchemeSchema = Type.Object(
  {
    accent: Colour('Links, the main button, what is chosen.'),
    surface: Colour('What things lie on.'),
    text: Colour('Words; what is less important is mixed from it.'),
  },
  strict,
)

const RADIUS_MAX_PX = 20

const look = {
  name: printable(40, 'Whose portal it is, in the place of the logo.'),
  mark: printable(2, 'In the round beside the name.'),
  font: Type.Enum([...FONTS], { description: 'A family that every machine has.' }),
  radius_px: Type.Integer({
    minimum: 0,
    maximum: RADIUS_MAX_PX,
    description: 'How round corners are.',
  }),
  light: SchemeSchema,
  dark: SchemeSchema,
}

export const ThemeId = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  description: 'Theme id.',
  examples: ['acme'],
})
export const OfTheme = Type.Object({ theme_id: ThemeId }, strict)

/** What is not said is as in the app itself. */
export const SetThemeSchema = Type.Object(
  {
    theme_id: ThemeId,
    ...look,
    mark: Type.Optional(look.mark),
    font: Type.Optional(look.font),
    radius_px: Type.Optional(look.radius_px),
  },
  { ...strict, description: 'How a portal looks, in light and in dark.' },
)
const Look = Type.Object(look, { ...strict, description: 'How a portal looks.' })
export type Look = Static<typeof Look>

export const ThemeSchema = Type.Object(
  { theme_id: ThemeId, ...look, updated_at: Timestamp },
  { ...strict, description: 'A theme of portals.' },
)
export const ThemeListSchema = Type.Object({ items: Type.Array(ThemeSchema), as_of: AsOf }, strict)
export const ThemeRemovedSchema = Type.Object({ theme_id: ThemeId, as_of: AsOf }, strict)

const URL_MAX = 2_048
export const LANGS = ['en', 'ja'] as const

/** What a portal link says besides whose it is. */
export const portalChoices = {
  theme: Type.Optional({ ...ThemeId, description: 'How it looks; as the app itself unless told.' }),
  return_url: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: URL_MAX,
      pattern: PRINTABLE,
      description:
        'Where “Back to …” leads. Its origin has to be one of `portal.return_origins` in the settings.',
      examples: ['https://app.example.com/billing'],
    }),
  ),
  lang: Type.Optional(
    Type.Enum([...LANGS], {
      description: 'It opens in this language; in the browser’s unless told.',
    }),
  ),
}

export const PortalSchema = Type.Object(
  {
    look: nullable(Look),
    back: nullable(
      Type.Object(
        { url: Type.String(), name: Type.String({ description: 'Where it leads, in words.' }) },
        strict,
      ),
    ),
    lang: nullable(Type.Enum([...LANGS])),
  },
  { ...strict, description: 'Of a portal: what its link has said.' },
)
