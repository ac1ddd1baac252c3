import { seededRandom } from './random.ts'

/**
 * Text by the token. A simulated token is exactly four UTF-8 bytes, so that "bytes / 4" counts it
 * exactly, whoever counts. Nothing in the text needs a JSON escape: replies are built by pasting.
 */
export const BYTES_PER_TOKEN = 4

const SENTENCES = [
  'The call was metered once, and its cost adds up to the cent. ',
  'A hold keeps the amount until the answer is complete. ',
  'What was not delivered is not charged. ',
  'Each lot has an end date, and the soonest goes first. ',
  'If one source runs out, the next one is asked, and the receipt says why. ',
  'The window opens with the first call and lasts five hours. ',
  'A refund goes back to the source from which it was drawn. ',
  'Two books that agree are worth more than one that is right. ',
  'Nobody may edit an entry; a reversal stands beside it. ',
  'The cap was lowered, so new holds are refused and old ones finish. ',
]
/** Two-, three- and four-byte characters: a stream split at any byte meets them soon. */
const WIDE_SENTENCES = [
  'Prix réduit à 3 €, dès août. ',
  '請求書は一通、合計は一円まで合う。',
  '🧾 → ✅ Größe: 4 ₿ ',
]

/** Pieces of exactly four bytes; a character that would not fit whole is pushed on by spaces. */
function tokenise(sentence: string): string[] {
  const tokens: string[] = []
  let token = ''
  let bytes = 0
  const close = (): void => {
    tokens.push(token + ' '.repeat(BYTES_PER_TOKEN - bytes))
    token = ''
    bytes = 0
  }
  for (const character of sentence) {
    const size = Buffer.byteLength(character)
    if (bytes + size > BYTES_PER_TOKEN) close()
    token += character
    bytes += size
    if (bytes === BYTES_PER_TOKEN) close()
  }
  if (bytes > 0) close()
  return tokens
}

interface Corpus {
  readonly text: string
  /** Where token n begins, in UTF-16 units; one entry more than tokens. */
  readonly starts: Uint32Array
}

/** Half the corpus is a copy of the other half, so any start has a whole period behind it. */
export const FILLER_PERIOD_TOKENS = 8192

function buildCorpus(wide: boolean): Corpus {
  const draw = seededRandom(1)
  const period: string[] = []
  while (period.length < FILLER_PERIOD_TOKENS) {
    const list = wide && draw() < 0.2 ? WIDE_SENTENCES : SENTENCES
    period.push(...tokenise(list[Math.floor(draw() * list.length)] as string))
  }
  period.length = FILLER_PERIOD_TOKENS
  const tokens = [...period, ...period]
  const starts = new Uint32Array(tokens.length + 1)
  for (let index = 0; index < tokens.length; index += 1) {
    starts[index + 1] = (starts[index] as number) + (tokens[index] as string).length
  }
  return { text: tokens.join(''), starts }
}

const wideCorpus = buildCorpus(true)
const asciiCorpus = buildCorpus(false)

function cut(corpus: Corpus, tokens: number, offset: number): string {
  let text = ''
  let position = offset % FILLER_PERIOD_TOKENS
  for (let left = tokens; left > 0; ) {
    const take = Math.min(left, FILLER_PERIOD_TOKENS)
    text += corpus.text.slice(corpus.starts[position], corpus.starts[position + take])
    position = (position + take) % FILLER_PERIOD_TOKENS
    left -= take
  }
  return text
}

/** `tokens` of reply text. Pieces at consecutive offsets join to the text of the whole. */
export function fillerText(tokens: number, offset = 0): string {
  return cut(wideCorpus, tokens, offset)
}

/** The same in ASCII: one byte a character in memory, for large prompts. */
export function asciiFiller(tokens: number, offset = 0): string {
  return cut(asciiCorpus, tokens, offset)
}
