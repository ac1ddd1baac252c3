import { importDirection } from './imports.ts'
import { mask } from './mask.ts'

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

export interface Finding {
  readonly rule: string
  readonly file: string
  readonly message: string
  /** What a limit is compared with, for rules that have one. */
  readonly value?: number
}

type Rule = (file: SourceFile) => Finding[]

const isSource = (path: string): boolean => /^(?:src|scripts|bin)\/.*\.[cm]?[jt]sx?$/.test(path)
const isCore = (path: string): boolean => /^src\/core\/.*\.ts$/.test(path)
const isGenerated = (path: string): boolean => path.includes('/generated/')

const CORE_BANS: readonly { pattern: RegExp; word: string; instead: string }[] = [
  { pattern: /\bDate\.now\b/, word: 'Date.now', instead: 'take the time as an argument' },
  { pattern: /\bnew Date\b/, word: 'new Date', instead: 'use Instant from core/time' },
  { pattern: /\bMath\.random\b/, word: 'Math.random', instead: 'take the id as an argument' },
  {
    pattern: /(?<![.\w])Number\(/,
    word: 'Number(',
    instead: 'use bigint for amounts and counts, and a checked parser for small numbers',
  },
  { pattern: /\bparseFloat\b/, word: 'parseFloat', instead: 'use parseNanos or ratio' },
  { pattern: /\basync\b/, word: 'async', instead: 'let the edge do the waiting' },
  { pattern: /\bawait\b/, word: 'await', instead: 'let the edge do the waiting' },
  { pattern: /(?<!\.)\bprocess\./, word: 'process.', instead: 'take the setting as an argument' },
  { pattern: /\bconsole\./, word: 'console.', instead: 'return what happened' },
  { pattern: /\bsetTimeout\b/, word: 'setTimeout', instead: 'return when it is due' },
]

const coreBans: Rule = ({ path, text }) =>
  isCore(path)
    ? CORE_BANS.flatMap(({ pattern, word, instead }) =>
        linesOf(text, pattern).map((line) => ({
          rule: 'banned in core',
          file: path,
          message: `line ${line}: ${word} is banned in the core: ${instead}`,
        })),
      )
    : []

/** The numbers of the lines whose code (not comments, not strings) matches. */
function linesOf(text: string, pattern: RegExp): number[] {
  const lines = mask(text).code.split('\n')
  return lines.flatMap((line, index) => (pattern.test(line) ? [index + 1] : []))
}

const FILE_LINES_CORE = 250
const FILE_LINES = 400

const fileLength: Rule = ({ path, text }) => {
  if (!isSource(path) || isGenerated(path)) return []
  const limit = isCore(path) ? FILE_LINES_CORE : FILE_LINES
  const value = text.split('\n').length - 1
  if (value <= limit) return []
  const message = `${value} lines, and ${limit} are allowed: give a part of it a file and a name`
  return [{ rule: 'file length', file: path, message, value }]
}

const FUNCTION_LINES = 50
const FUNCTION_LINES_DECISIONS = 70

const functionLength: Rule = ({ path, text }) => {
  if (!isSource(path) || isGenerated(path)) return []
  const isDecision = path.startsWith('src/core/decisions/')
  const limit = isDecision ? FUNCTION_LINES_DECISIONS : FUNCTION_LINES
  return functionsOf(text).flatMap(({ name, line, value }) => {
    if (value <= limit) return []
    const message = `line ${line}: ${name} has ${value} lines, and ${limit} are allowed`
    return [{ rule: 'function length', file: path, message, value }]
  })
}

const NOT_A_FUNCTION = /^\s*(?:\}\s*)?(?:if|for|while|switch|catch|else|do|try|with)\b/
const NAME = /(?:function\*?\s*|const\s+|^\s*(?:(?:static|async|get|set|override)\s+)*)([#\w$]+)/

/**
 * The functions of a file and how long they are. It goes by our formatting (Biome's): the line that
 * opens a body ends with `{`, and the body ends at the next line of the same indentation that starts
 * with `}`. Sources that are formatted otherwise are measured wrongly; the formatter's check is red
 * for those anyway. A body on one line has one line.
 */
export function functionsOf(text: string): { name: string; line: number; value: number }[] {
  const lines = mask(text).code.split('\n')
  const found: { name: string; line: number; value: number }[] = []
  for (const [index, line] of lines.entries()) {
    const head = headOfBody(lines, index)
    if (head === undefined) continue
    const indent = /^\s*/.exec(line)?.[0] ?? ''
    const end = lines.findIndex((other, at) => at > index && other.startsWith(`${indent}}`))
    if (end < 0) continue
    const name = NAME.exec(lines[head] ?? '')?.[1] ?? 'a function'
    found.push({ name, line: head + 1, value: end - head + 1 })
  }
  return found
}

/** Where the function begins whose body opens at the end of this line, if one does. */
function headOfBody(lines: string[], index: number): number | undefined {
  const line = lines[index] ?? ''
  if (!/\{\s*$/.test(line)) return undefined
  const isTail = /^\s*\)/.test(line)
  const opens = /=>\s*\{\s*$/.test(line) || /\bfunction\b/.test(line) || /\).*\{\s*$/.test(line)
  if (!opens) return undefined
  if (!isTail) return NOT_A_FUNCTION.test(line) ? undefined : index
  // `): Result {` closes parameters that are listed below one another: the head is above them.
  const indent = /^\s*/.exec(line)?.[0] ?? ''
  for (let at = index - 1; at >= 0; at -= 1) {
    const above = lines[at] ?? ''
    if (above.startsWith(`${indent} `) || above.trim() === '') continue
    return NOT_A_FUNCTION.test(above) ? undefined : at
  }
  return index
}

const FOLDERS_DEEP = 3

const folderDepth: Rule = ({ path }) => {
  if (!path.startsWith('src/')) return []
  const folders = path.split('/').slice(1, -1)
  // A dialect is a folder of its own wherever it is needed, so `dialects` does not count.
  const value = folders.filter((name) => name !== 'dialects').length
  if (value <= FOLDERS_DEEP) return []
  const message = `${value} folders deep, and ${FOLDERS_DEEP} are allowed: flatten`
  return [{ rule: 'folder depth', file: path, message, value }]
}

const BANNED_WORDS: readonly { pattern: RegExp; instead: string }[] = [
  { pattern: /[\w$]*wallet[\w$]*/gi, instead: 'say balance, or lot' },
  { pattern: /[\w$]*quota[\w$]*/gi, instead: 'say window, or cap' },
]
const BANNED_NAMES = /^(?:v\d+|utils?|helpers?|managers?|misc|common)(?:\.\w+)*$/i

const bannedWords: Rule = ({ path, text }) => {
  if (!isSource(path)) return []
  const finding = (message: string): Finding => ({ rule: 'banned words', file: path, message })
  const names = path.split('/').filter((name) => BANNED_NAMES.test(name))
  const code = mask(text).code
  return [
    ...names.map((name) => finding(`"${name}" says nothing: name it after what it does`)),
    ...BANNED_WORDS.flatMap(({ pattern, instead }) =>
      [...code.matchAll(pattern)].map(([word]) => finding(`"${word}": ${instead}`)),
    ),
  ]
}

/** A path that only one machine has. Examples in prose use a relative path or /path/to. */
const MACHINE_PATH = /(?<![\w.])(?:\/(?:home|Users|root|work)\/[\w.-]+|[A-Z]:\\Users\\\w+)/

const machinePaths: Rule = ({ path, text }) =>
  text.split('\n').flatMap((line, index) => {
    const found = MACHINE_PATH.exec(line)?.[0]
    if (found === undefined) return []
    const message = `line ${index + 1}: ${found} exists on one machine only`
    return [{ rule: 'machine paths', file: path, message }]
  })

export const RULES: readonly Rule[] = [
  importDirection,
  coreBans,
  fileLength,
  functionLength,
  folderDepth,
  bannedWords,
  machinePaths,
]

export const check = (files: readonly SourceFile[]): Finding[] =>
  files.flatMap((file) => RULES.flatMap((rule) => rule(file)))

/** What is tolerated until it is mended. `value` is the longest that it may be. */
export interface Exception {
  readonly rule: string
  readonly file: string
  readonly reason: string
  readonly value?: number
}

/**
 * Splits findings by the list of exceptions. An exception covers one rule in one file, up to its value;
 * one that covers nothing any more has to go, so the list only gets shorter.
 */
export function applyExceptions(findings: Finding[], exceptions: readonly Exception[]) {
  const covers = (exception: Exception, finding: Finding): boolean =>
    exception.rule === finding.rule &&
    exception.file === finding.file &&
    (finding.value ?? 0) <= (exception.value ?? 0)
  return {
    open: findings.filter((finding) => !exceptions.some((one) => covers(one, finding))),
    unneeded: exceptions.filter((one) => !findings.some((finding) => covers(one, finding))),
  }
}
