import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { ExternalCall } from '../../core/audit/index.ts'
import type { Dialect } from '../../core/usage/usage.ts'
import {
  type BadRecord,
  type BillReport,
  type FieldMap,
  mappedForm,
  type ReadCharge,
  RecordReader,
  type Records,
  readBill,
  readRecords,
} from '../../imports/index.ts'
import { usageError } from '../exit.ts'

export interface AuditFiles {
  readonly charges: readonly string[]
  readonly calls: readonly string[]
  /** A known form that every record has to be of; `null`: it is recognised. */
  readonly form: string | null
  readonly map: FieldMap
  readonly currency: string | null
  readonly dialect: Dialect | null
}

export interface AuditInput {
  readonly calls: readonly ExternalCall[]
  readonly charges: readonly ReadCharge[]
  /** Providers' reports, which have sums and no single calls. */
  readonly reports: readonly BillReport[]
  readonly bad: readonly BadRecord[]
}

const REPORT_BYTES_MAX = 128 * 1024 * 1024
const SNIFFED_BYTES = 65_536
const REPORT_WORDS = /"?(?:starting_at|start_time)"?\s*[:,\t;]/

/** Reads all files. A file of a form that says both what was called and what it cost serves as both. */
export async function readAuditFiles(files: AuditFiles, cwd: string): Promise<AuditInput> {
  const isReport = (file: string): boolean => files.form === null && looksLikeReport(file, cwd)
  const reports = files.charges.filter(isReport).map((file) => readReport(file, cwd))
  const bills: Records[] = []
  for (const file of files.charges)
    if (!isReport(file)) bills.push(await recordsOf(file, cwd, { ...files, of: 'charge' }))
  const logs: Records[] = []
  for (const file of files.calls) logs.push(await recordsOf(file, cwd, { ...files, of: 'call' }))
  const badOf = (records: readonly Records[]) => records.flatMap(({ bad }) => bad)
  const sources = new Set(badOf(bills).map(({ source }) => source))
  return {
    calls: (logs.length > 0 ? logs : bills).flatMap(({ calls }) => calls),
    charges: bills.flatMap(({ charges }) => charges),
    reports,
    // a file that is both was read twice
    bad: [...badOf(bills), ...badOf(logs).filter(({ source }) => !sources.has(source))],
  }
}

async function recordsOf(
  file: string,
  cwd: string,
  options: AuditFiles & { readonly of: 'charge' | 'call' },
) {
  const reader = new RecordReader(file, { other: mappedForm(options), only: options.form })
  sniff(file, cwd)
  const input = createReadStream(resolve(cwd, file), 'utf8')
  return readRecords(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }), reader)
}

function looksLikeReport(file: string, cwd: string): boolean {
  const head = sniff(file, cwd)
  const start = head.replace(/^\ufeff/, '').trimStart()
  const header =
    start.startsWith('{') || start.startsWith('[') ? start : (start.split('\n')[0] ?? '')
  return REPORT_WORDS.test(header)
}

/** The beginning of a file. @throws CliError where there is none to read. */
function sniff(file: string, cwd: string): string {
  try {
    const descriptor = openSync(resolve(cwd, file), 'r')
    try {
      const buffer = Buffer.alloc(SNIFFED_BYTES)
      return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, SNIFFED_BYTES, 0))
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageError(`The file ${file} cannot be read.`, { why, next: 'Correct the path.' })
  }
}

const SHOWN = 10

/** Reads one report; everything that is wrong with it is said at once. */
export function readReport(file: string, cwd: string): BillReport {
  sniff(file, cwd)
  const path = resolve(cwd, file)
  if (statSync(path).size > REPORT_BYTES_MAX)
    throw usageError(`The report ${file} is too large.`, {
      why: `A report is read whole, up to ${REPORT_BYTES_MAX / 1024 / 1024} MiB.`,
      next: 'Ask for fewer days at a time.',
    })
  const read = readBill(readFileSync(path, 'utf8'))
  if (read.ok) return read.report
  const shown = read.problems
    .slice(0, SHOWN)
    .map(({ location, message }) => `- ${location}: ${message}`)
  const more = read.problems.length - shown.length
  throw usageError(`The report ${file} cannot be read, so nothing of it is used.`, {
    why: [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n'),
    next: 'Ask the provider for it again as it says there.',
  })
}
