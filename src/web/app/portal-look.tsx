import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect } from 'react'
import { coloursOf, type Font } from '../../contract/portal/theme.ts'
import { followSession, type Portal, usePortal } from './portal.ts'
import { useScheme } from './preferences.ts'
import { sessionQuery } from './session.ts'

const JAPANESE = '"Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", sans-serif'
const FAMILIES: Readonly<Record<Font, string | null>> = {
  system: null,
  sans: `"Helvetica Neue", Helvetica, Arial, "Liberation Sans", ${JAPANESE}`,
  serif:
    'Georgia, Cambria, "Times New Roman", "Liberation Serif", "Hiragino Mincho ProN", "Noto Serif JP", "Noto Serif CJK JP", "Yu Mincho", serif',
  rounded: `ui-rounded, "Hiragino Maru Gothic ProN", "Arial Rounded MT Bold", Nunito, ${JAPANESE}`,
}
const SMALL = 0.6

type Look = NonNullable<Portal['look']>

function tokensOf(look: Look, scheme: 'light' | 'dark'): Record<string, string | null> {
  return {
    ...coloursOf(scheme, look[scheme]),
    font: FAMILIES[look.font],
    radius: `${look.radius_px}px`,
    'radius-small': `${Math.round(look.radius_px * SMALL)}px`,
  }
}

/**
 * Puts the tokens of a theme in the place of the app's own. By properties of the document and not by a
 * style sheet: the policy of the page stays as it is, and a value can be nothing but a value.
 */
export function PortalLook() {
  const session = useQuery({ ...sessionQuery, enabled: false }).data?.session
  const look = usePortal()?.look ?? null
  const scheme = useScheme()
  useEffect(() => {
    if (session !== undefined) followSession(session)
  }, [session])
  useLayoutEffect(() => {
    if (look === null) return
    const { style } = document.documentElement
    const tokens = Object.entries(tokensOf(look, scheme))
    for (const [name, value] of tokens) if (value !== null) style.setProperty(`--${name}`, value)
    return () => {
      for (const [name] of tokens) style.removeProperty(`--${name}`)
    }
  }, [look, scheme])
  return null
}
