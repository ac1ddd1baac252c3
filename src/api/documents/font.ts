import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** BIZ UDPGothic (SIL Open Font License): Latin, kana, and the kanji of names and places. */
const FILES = {
  regular: () =>
    require.resolve('@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf'),
  bold: () => require.resolve('@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf'),
} as const

export type FontName = keyof typeof FILES
export const FONTS = Object.keys(FILES) as FontName[]

const loaded = new Map<FontName, Buffer>()

/** The font's file, read when the first document needs it. */
export function fontFile(name: FontName): Buffer {
  const known = loaded.get(name)
  if (known) return known
  const file = readFileSync(FILES[name]())
  loaded.set(name, file)
  return file
}
