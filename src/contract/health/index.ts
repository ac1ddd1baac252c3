import type { Language } from '../explain/index.ts'
import { EN } from './en.ts'
import { JA } from './ja.ts'
import type { HealthWords } from './words.ts'

export * from './tiles.ts'

/** The words about tiles, for every screen and command alike. */
export const healthWords = (lang: Language): HealthWords => ({ en: EN, ja: JA })[lang]
