import stringWidth from 'string-width'

/** Columns that the text takes on a screen: CJK and emoji count two, colours none. */
export const widthOf = (text: string): number => stringWidth(text)

const CONTROL_PICTURES = 0x2400
const DELETE_PICTURE = '\u2421'
/** Characters that reorder or hide their neighbours: names could pose as other names. */
const INVISIBLE = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad]/u

/**
 * Data as it can be shown on a terminal: control characters, escape sequences and direction marks
 * are made visible, so that a name cannot move the cursor, change colours or forge a line.
 */
export function sanitize(text: string): string {
  let shown = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20) shown += String.fromCodePoint(CONTROL_PICTURES + code)
    else if (code === 0x7f) shown += DELETE_PICTURE
    else if (isUnsafe(code) || INVISIBLE.test(character))
      shown += `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
    else shown += character
  }
  return shown
}

/** C1 controls (some terminals obey them) and halves of surrogate pairs. */
const isUnsafe = (code: number): boolean =>
  (code >= 0x80 && code <= 0x9f) || (code >= 0xd800 && code <= 0xdfff)

/** Prose that we wrote around data: every line sanitized, line breaks kept. */
export const sanitizeLines = (text: string): string => text.split('\n').map(sanitize).join('\n')

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Cuts a plain text to at most `columns`, with an ellipsis where something is missing. */
export function truncate(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  if (columns <= 0) return ''
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const next = used + widthOf(segment)
    if (next > columns - 1) break
    kept += segment
    used = next
  }
  return `${kept}…`
}

export type Align = 'left' | 'right'

/** Fills up to `columns`; a text that is too long stays as it is. */
export function pad(text: string, columns: number, align: Align = 'left'): string {
  const blank = ' '.repeat(Math.max(0, columns - widthOf(text)))
  return align === 'left' ? text + blank : blank + text
}

/** Breaks a plain text into lines of at most `columns`; words without spaces (CJK) break anywhere. */
export function wrap(text: string, columns: number): string[] {
  if (!Number.isFinite(columns)) return text.split('\n')
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, columns)))
}

function wrapLine(line: string, columns: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const piece of line.split(/(?<= )/)) {
    for (const part of breakable(piece, columns)) {
      if (current !== '' && widthOf(current) + widthOf(part.trimEnd()) > columns) {
        lines.push(current.trimEnd())
        current = ''
      }
      current += part
    }
  }
  lines.push(current.trimEnd())
  return lines
}

const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/
/** Closing marks never begin a line, opening ones never end one. */
const GLUE_BEFORE =
  /^[、。，．・：；？！）］｝〕〉》」』】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/
const GLUE_AFTER = /[（［｛〔〈《「『【]$/

function breakable(piece: string, columns: number): string[] {
  if (!WIDE.test(piece) && widthOf(piece.trimEnd()) <= columns) return [piece]
  const parts: string[] = []
  for (const { segment } of graphemes.segment(piece)) {
    const last = parts.at(-1)
    const glued =
      last !== undefined &&
      widthOf(last + segment) <= columns &&
      (GLUE_BEFORE.test(segment) || GLUE_AFTER.test(last) || isLatinPair(last, segment))
    if (glued) parts[parts.length - 1] = last + segment
    else parts.push(segment)
  }
  return parts
}

const isLatinPair = (before: string, after: string): boolean =>
  !WIDE.test(before.slice(-1)) && !WIDE.test(after) && !before.endsWith(' ')

/** Controls that JSON lets through, and marks that reorder text: escaped, the value stays the same. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** JSON that can be looked at on a terminal. */
export function jsonText(value: unknown): string {
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, jsonValue).replace(UNSAFE, escaped)
}

/** Amounts that are still integers would not survive as numbers. */
const jsonValue = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value
