import type { Frame } from './profile.ts'

const WIDTH = 1_400
const ROW = 17
const HEAD = 30
/** Narrower, and nobody could read or point at it. */
const LEAST_PX = 0.4
const LETTER_PX = 6.6

/**
 * A flame graph that needs nothing but itself: callers above, what they called below, as wide as it took.
 * A click makes a frame as wide as the picture; a click on the first one takes that back.
 */
export function flameSvg(title: string, root: Frame): string {
  const boxes: string[] = []
  const deepest = draw(root, { boxes, whole: root.totalUs, x: 0, depth: 0 })
  const height = HEAD + (deepest + 1) * ROW + 8
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="100%">`,
    '<style>text{font:11px ui-monospace,monospace;pointer-events:none}g{cursor:pointer}',
    'rect{stroke:#fff;stroke-width:.5}g:hover rect{stroke:#000}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="4" y="18">${escaped(title)}: ${(root.totalUs / 1_000).toFixed(0)} ms busy</text>`,
    ...boxes,
    `<script>${SCRIPT}</script>`,
    '</svg>',
    '',
  ].join('\n')
}

interface Canvas {
  readonly boxes: string[]
  readonly whole: number
  /** Microseconds from the left. */
  readonly x: number
  readonly depth: number
}

/** @returns the depth of the deepest frame that is wide enough to be seen. */
function draw(frame: Frame, { boxes, whole, x, depth }: Canvas): number {
  const px = (us: number): number => (us / Math.max(1, whole)) * WIDTH
  if (px(frame.totalUs) < LEAST_PX) return depth - 1
  boxes.push(boxOf(frame, { x: px(x), y: HEAD + depth * ROW, width: px(frame.totalUs), whole }))
  let deepest = depth
  let left = x
  for (const child of frame.children) {
    deepest = Math.max(deepest, draw(child, { boxes, whole, x: left, depth: depth + 1 }))
    left += child.totalUs
  }
  return deepest
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly whole: number
}

function boxOf(frame: Frame, { x, y, width, whole }: Box): string {
  const share = (us: number): string => `${((us / Math.max(1, whole)) * 100).toFixed(1)} %`
  const said = `${frame.name} ${frame.place}: ${share(frame.totalUs)}, itself ${share(frame.selfUs)}`
  const letters = Math.floor((width - 4) / LETTER_PX)
  const label = letters < 3 ? '' : escaped(frame.name.slice(0, letters))
  return (
    `<g data-n="${escaped(frame.name)}" data-x="${x.toFixed(2)}" data-w="${width.toFixed(2)}">` +
    `<title>${escaped(said)}</title>` +
    `<rect x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${ROW}" fill="${colourOf(frame)}"/>` +
    `<text x="${(x + 2).toFixed(2)}" y="${y + 12}">${label}</text></g>`
  )
}

/** Ours, packages, and what is Node's own or V8's: told apart, each with the name in words beside it. */
function colourOf({ place }: Frame): string {
  if (place.startsWith('src/')) return '#f4a261'
  if (place.includes('node_modules/')) return '#9ec5e8'
  return place.startsWith('bench/') ? '#cdd9a5' : '#d9d9d9'
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const SCRIPT = `
const boxes = [...document.querySelectorAll('g')];
const near = 0.01;
function show(from, wide) {
  for (const box of boxes) {
    const x = (+box.dataset.x - from) * ${WIDTH} / wide, w = +box.dataset.w * ${WIDTH} / wide;
    const left = Math.max(0, x), width = Math.min(${WIDTH}, x + w) - left;
    box.style.display = width &lt; near ? 'none' : '';
    box.children[1].setAttribute('x', left);
    box.children[1].setAttribute('width', Math.max(0, width));
    box.children[2].setAttribute('x', left + 2);
    const letters = Math.floor((width - 4) / ${LETTER_PX});
    box.children[2].textContent = letters &lt; 3 ? '' : box.dataset.n.slice(0, letters);
  }
}
for (const box of boxes) box.addEventListener('click', () => show(+box.dataset.x, +box.dataset.w));
`
