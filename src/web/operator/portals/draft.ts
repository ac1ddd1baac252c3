import type { Answer, Body } from '../../../client/index.ts'
import { type Font, SCHEMES, type Scheme, type SchemeName } from '../../../contract/portal/theme.ts'

export type Theme = Answer<'listPortalThemes'>['items'][number]

/** A theme as it is being typed: any text may stand anywhere. */
export interface Draft {
  readonly id: string
  readonly name: string
  readonly mark: string
  readonly font: Font
  readonly radius: string
  readonly light: Scheme
  readonly dark: Scheme
}

/** The colours of the app itself: those of `styles/tokens.css`. */
const OWN: Readonly<Record<SchemeName, Scheme>> = {
  light: { accent: '#0b5fff', surface: '#ffffff', text: '#1b1f24' },
  dark: { accent: '#6cb0ff', surface: '#0d1117', text: '#e6edf3' },
}
export const NEW_DRAFT: Draft = {
  ...{ id: '', name: '', mark: '', font: 'system', radius: '10' },
  ...OWN,
}

export const draftOf = ({ theme_id, name, mark, font, radius_px, light, dark }: Theme): Draft => ({
  ...{ id: theme_id, name, mark, font, light, dark },
  radius: `${radius_px}`,
})

const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/
const COLOUR = /^#[0-9a-f]{6}$/
const RADIUS = /^(\d|1\d|20)$/

export const isId = (text: string): boolean => ID.test(text)
export const isColour = (text: string): boolean => COLOUR.test(text)
export const isRadius = (text: string): boolean => RADIUS.test(text)

export const hasColours = (draft: Draft): boolean =>
  SCHEMES.every((scheme) => Object.values(draft[scheme]).every(isColour))

/** `null`: something in it is not right yet. */
export function themeIn(draft: Draft): Body<'setPortalTheme'> | null {
  const { id, name, mark, font, radius, light, dark } = draft
  const isWhole = isId(id) && name.trim() !== '' && isRadius(radius) && hasColours(draft)
  if (!isWhole) return null
  return {
    ...{ theme_id: id, name: name.trim(), font, radius_px: Number.parseInt(radius, 10) },
    ...(mark.trim() !== '' && { mark: mark.trim() }),
    ...{ light, dark },
  }
}
