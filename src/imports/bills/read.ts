import type { BillingProvider, BillRow } from '../../core/reconciliation/index.ts'
import { type Interval, instant } from '../../core/time/index.ts'
import { CsvReader, type CsvRecord, delimiterOf, namedCells } from '../csv.ts'
import { type Fields, isFields, parseExact, Written } from '../exact.ts'
import { readAnthropic } from './anthropic.ts'
import { readOpenai, readOpenaiLine } from './openai.ts'
import { onceEach, type Reading } from './row.ts'
import { type BillForm, type ImportProblem, Problems, problemAt, type ReadBill } from './types.ts'

interface Form {
  readonly form: BillForm
  readonly provider: BillingProvider
  readonly report: BillRow['report']
}

/**
 * Reads a provider's report: a page, several pages in an array or one a line, or a table that was
 * exported. The form is recognised by its fields. Any problem, and nothing is read: every one is named
 * with its place.
 */
export function readBill(text: string): ReadBill {
  const reading: Reading = { problems: new Problems(), rows: [], covered: [], grouping: new Set() }
  const clean = text.replace(/^\ufeff/, '')
  const first = clean.trimStart()[0]
  const form =
    first === '{' || first === '[' ? readPages(clean, reading) : readTable(clean, reading)
  const rows = onceEach(reading)
  const { list: problems } = reading.problems
  if (problems.length === 0 && form && reading.covered.length === 0)
    return failed(problemAt('file', 'bill_no_bucket'))
  if (problems.length > 0 || !form) return { ok: false, problems }
  const currencies = new Set(rows.flatMap(({ currency }) => currency ?? []))
  if (currencies.size > 1)
    return failed(problemAt('file', 'bill_currencies', { currencies: [...currencies].join(', ') }))
  const grouping = [...reading.grouping].sort()
  return { ok: true, report: { ...form, grouping, covered: merged(reading.covered, form), rows } }
}

const failed = (problem: ImportProblem): ReadBill => ({ ok: false, problems: [problem] })

function readPages(text: string, reading: Reading): Form | null {
  const { problems } = reading
  const pages = pagesOf(text, reading)
  if (!pages) return null
  const form = pages.map(formOf).find((own) => own !== null)
  if (!form) {
    problems.add('file', 'bill_unknown')
    return null
  }
  for (const [index, page] of pages.entries()) {
    const path = pages.length === 1 ? '' : `page ${index + 1}: `
    const own = formOf(page)?.form ?? form.form
    if (!isFields(page) || !Array.isArray(page.data))
      problems.add(`${path}data`, 'bill_data_missing')
    else if (own !== form.form) problems.add(`${path}data`, 'bill_other_report')
    else readPage(page, reading, { ...form, path })
  }
  if (isCut(pages.at(-1), form)) problems.add('file', 'bill_has_more')
  return form
}

function readPage(page: Fields, reading: Reading, own: Form & { readonly path: string }): void {
  if (own.provider === 'anthropic') readAnthropic(page, reading, own)
  else readOpenai(page, reading, own)
}

/** Reports of single items have no buckets that would show what is missing. */
const isFlat = (form: Form | null): boolean => form?.form.startsWith('anthropic_analytics') === true

const isCut = (last: unknown, form: Form | null): boolean =>
  isFields(last) && last.has_more === true && isFlat(form)

/** One document, an array of pages, or one page a line. */
function pagesOf(text: string, reading: Reading): readonly unknown[] | null {
  const whole = parsed(text)
  if (whole.ok) return Array.isArray(whole.value) ? whole.value : [whole.value]
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }))
  const pages: unknown[] = []
  for (const { line, number } of lines.filter((own) => own.line.trim() !== '')) {
    const page = parsed(line)
    if (!page.ok) {
      const isOne = pages.length === 0
      const reason = isOne ? whole.reason : page.reason
      reading.problems.add(isOne ? 'file' : `line ${number}`, 'bill_not_json', { reason })
      return null
    }
    pages.push(page.value)
  }
  return pages
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string }

function parsed(text: string): Parsed {
  try {
    return { ok: true, value: parseExact(text) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, reason: reason.replace(/\s+/g, ' ') }
  }
}

const resultsOf = (bucket: Fields): readonly unknown[] =>
  Array.isArray(bucket.results) ? bucket.results : []

function formOf(page: unknown): Form | null {
  if (!isFields(page)) return null
  const buckets = (Array.isArray(page.data) ? page.data : []).filter(isFields)
  const item = buckets.find(({ group }) => isFields(group))
  if (item && isFields(item.usage)) return known('anthropic_analytics_usage', 'anthropic', 'usage')
  if (item && isFields(item.cost)) return known('anthropic_analytics_cost', 'anthropic', 'cost')
  const result = buckets.flatMap(resultsOf).find(isFields)
  const isAnthropic = buckets.some(({ starting_at }) => typeof starting_at === 'string')
  const isOpenai = buckets.some(({ start_time }) => start_time instanceof Written)
  if (result === undefined) return null
  if (isAnthropic && 'uncached_input_tokens' in result)
    return known('anthropic_usage_report', 'anthropic', 'usage')
  if (isAnthropic && 'amount' in result) return known('anthropic_cost_report', 'anthropic', 'cost')
  if (isOpenai && 'input_tokens' in result)
    return known('openai_usage_completions', 'openai', 'usage')
  if (isOpenai && 'amount' in result) return known('openai_costs', 'openai', 'cost')
  return null
}

const known = (form: BillForm, provider: BillingProvider, report: BillRow['report']): Form => ({
  form,
  provider,
  report,
})

function readTable(text: string, reading: Reading): Form | null {
  const { problems } = reading
  const lines = text.split('\n')
  const csv = new CsvReader(delimiterOf(lines[0] ?? ''))
  const records = lines.flatMap((line) => csv.next(line) ?? [])
  const open = csv.unclosed()
  if (open !== null) problems.add(`line ${open}`, 'bill_open_quote')
  const [header, ...rest] = records
  if (!header) problems.add('file', 'bill_empty')
  const names = header?.cells.map((name) => name.trim()) ?? []
  const form = tableFormOf(names)
  if (header && !form) problems.add('line 1', 'bill_unknown')
  if (form) for (const record of rest) readRecord(record, reading, { names, report: form.report })
  return form
}

function readRecord(
  { line, cells }: CsvRecord,
  reading: Reading,
  { names, report }: { readonly names: readonly string[]; readonly report: BillRow['report'] },
): void {
  const location = `line ${line}`
  if (cells.length === names.length)
    readOpenaiLine(namedCells(names, cells), reading, { report, location })
  else reading.problems.add(location, 'bill_cells', { count: cells.length, names: names.length })
}

function tableFormOf(names: readonly string[]): Form | null {
  const has = (...needed: string[]): boolean => needed.every((name) => names.includes(name))
  if (has('start_time', 'end_time', 'input_tokens', 'model'))
    return known('openai_usage_completions', 'openai', 'usage')
  if (has('start_time', 'end_time', 'amount_value', 'amount_currency', 'line_item'))
    return known('openai_costs', 'openai', 'cost')
  return null
}

/** Without repeats; reports of single items cover all from their first to their last. */
function merged(covered: readonly Interval[], form: Form): readonly Interval[] {
  if (isFlat(form)) {
    const start = instant(Math.min(...covered.map((own) => own.start)))
    return [{ start, end: instant(Math.max(...covered.map((own) => own.end))) }]
  }
  const once = new Map(covered.map((own) => [`${own.start}-${own.end}`, own]))
  return [...once.values()].sort((one, other) => one.start - other.start)
}
