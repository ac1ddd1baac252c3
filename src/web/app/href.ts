import type { Area, Screen } from './screens.ts'

/** The address of a screen of an area, for the account that is looked at. */
export function hrefOf(area: Area, screen: Screen, account: string | undefined): string {
  const base = area.base.replace('$account', account ?? '')
  return screen.path === '' ? base : `${base}/${screen.path}`
}
