import { CAMPAIGN } from './campaign/document.ts'
import { CAST, castFor } from './cast.ts'
import type { DemoOptions } from './options.ts'

/** Whose key the examples use: the calls are covered by plan, whatever is tried. */
const HOST = CAST[0]

/** The house of each, with one click. */
export interface Door {
  readonly who: string
  readonly url: string
}

export interface Farewell {
  readonly doors: readonly Door[]
  readonly keys: Readonly<Record<string, string>>
  /** A receipt to look at. */
  readonly receiptId: string | undefined
}

/** Where things are, and what to try: every line works as it is printed. */
export function printFarewell(options: DemoOptions, { keys, receiptId, doors }: Farewell): void {
  const { ui, baseUrl, operatorTokenPath } = options
  if (HOST === undefined) return
  const key = keys[HOST.keys[0]?.name ?? ''] ?? ''
  const pairs: [string, string][] = [
    ['API', `${baseUrl}/v1, described in ${baseUrl}/openapi.json`],
    ['Anthropic', `${baseUrl}/anthropic`],
    ['OpenAI', `${baseUrl}/openai/v1`],
    ['demo key', `${key}  (${HOST.name})`],
    ['operator', `its token is in ${operatorTokenPath}`],
  ]
  const lines = [
    ui.paint('strong', `Everycent is up at ${baseUrl}; Ctrl-C stops it.`),
    ...pairs.map(([label, text]) => `  ${ui.paint('muted', label.padEnd(11))}${text}`),
    '',
    'The web app; each link signs one person in, once:',
    ...doors.map(({ who, url }) => `  ${ui.paint('muted', who.padEnd(16))}${url}`),
    '',
    'A call in each dialect; the headers of the answer say what it cost and who paid:',
    ...indented(anthropicCurl(baseUrl, key)),
    ...indented(openAiCurl(baseUrl, key)),
    '',
    'Then, in another terminal:',
    ...indented(commands(HOST.id, receiptId)),
  ]
  ui.write(`${lines.join('\n')}\n`)
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

const anthropicCurl = (baseUrl: string, key: string): string[] => [
  `curl -i ${baseUrl}/anthropic/v1/messages \\`,
  `  -H 'x-api-key: ${key}' \\`,
  `  -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\`,
  `  -d '{"model":"claude-haiku-5.5","max_tokens":64,`,
  `       "messages":[{"role":"user","content":"Hello"}]}'`,
]

const openAiCurl = (baseUrl: string, key: string): string[] => [
  `curl -i ${baseUrl}/openai/v1/chat/completions \\`,
  `  -H 'authorization: Bearer ${key}' \\`,
  `  -H 'content-type: application/json' \\`,
  `  -d '{"model":"gpt-5.4-mini","max_completion_tokens":64,`,
  `       "messages":[{"role":"user","content":"Hello"}]}'`,
]

const commands = (accountId: string, receiptId: string | undefined): string[] => [
  'npx everycent sign-in-link --staff sam',
  `npx everycent status --account ${accountId}`,
  ...(receiptId === undefined
    ? []
    : [`npx everycent receipt ${receiptId}`, `npx everycent explain ${receiptId}`]),
  'npx everycent accounts list',
  `npx everycent purchases --account ${castFor('whole_way').id}`,
  `npx everycent alerts list ${castFor('whole_way').id}`,
  `npx everycent campaigns status ${CAMPAIGN}`,
]
