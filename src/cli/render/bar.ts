import type { Style, Tone } from './style.ts'

export interface BarParts {
  /** Filled from the left: what is used, in eighths of a column. */
  readonly used: bigint
  /** Beside it: what calls in flight may still use. */
  readonly held?: bigint
  readonly total: bigint
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/**
 * A bar that fills with what is used. The figures always stand beside it: the bar alone says nothing
 * that the text does not. Something used shows at least an eighth; something left never looks full.
 */
export function bar(style: Style, parts: BarParts, width: number, tone: Tone = 'accent'): string {
  const { used, held, left } = share(parts, width)
  const filled = (eighths: number): string =>
    style.unicode
      ? '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
      : '#'.repeat(Math.floor(eighths / 8))
  const heldCells = Math.round(held / 8)
  const usedText = filled(style.unicode ? used : Math.round(used / 8) * 8)
  const usedCells = style.unicode ? Math.ceil(used / 8) : Math.round(used / 8)
  const heldShown = Math.min(heldCells, width - usedCells)
  const empty = Math.max(0, width - usedCells - heldShown)
  const rest = (style.unicode ? '░' : '.').repeat(empty)
  const between = (style.unicode ? '▒' : '=').repeat(heldShown)
  const inner =
    style.paint(tone, usedText) +
    style.paint('muted', between) +
    style.paint('muted', left === 0 ? '' : rest)
  return style.unicode ? inner : `[${inner}]`
}

function share(parts: BarParts, width: number) {
  const cells = width * 8
  if (parts.total <= 0n) return { used: 0, held: 0, left: cells }
  const clamp = (value: bigint): bigint =>
    value < 0n ? 0n : value > parts.total ? parts.total : value
  const used = clamp(parts.used)
  const held = clamp(parts.held ?? 0n)
  let usedEighths = Number((used * BigInt(cells)) / parts.total)
  if (used > 0n && usedEighths === 0) usedEighths = 1
  if (used < parts.total && usedEighths === cells) usedEighths = cells - 1
  const heldEighths = Math.min(Number((held * BigInt(cells)) / parts.total), cells - usedEighths)
  return { used: usedEighths, held: heldEighths, left: cells - usedEighths - heldEighths }
}

/** Whole percent used, cut down: 100 only when nothing is left. Left is the rest to 100. */
export function usedPercent(used: bigint, total: bigint): number {
  if (total <= 0n) return 100
  const percent = Number((used * 100n) / total)
  return Math.min(100, Math.max(0, percent))
}
