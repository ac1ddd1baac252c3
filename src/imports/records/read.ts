import type { ExternalCall } from '../../core/audit/index.ts'
import { CsvReader, delimiterOf, namedCells } from '../csv.ts'
import { type Fields, isFields, parseExact } from '../exact.ts'
import { KNOWN_FORMS } from './known-forms.ts'
import {
  type BadRecord,
  type ReadCharge,
  type RecordForm,
  type Records,
  Unreadable,
} from './types.ts'

/** Reads records as they come, and keeps of each only what an audit needs. */
export class RecordReader {
  readonly #file: string
  readonly #other: RecordForm
  readonly #only: string | null
  readonly #calls = new Map<string, ExternalCall>()
  readonly #charges: ReadCharge[] = []
  readonly #bad: BadRecord[] = []
  #passedOver = 0
  #form: RecordForm | null = null

  /** `other` reads what is of no known form; `only` is the form that every record has to be of: a known one, or `mapped`. */
  constructor(
    file: string,
    options: { readonly other: RecordForm; readonly only?: string | null },
  ) {
    this.#file = file
    this.#other = options.other
    this.#only = options.only ?? null
  }

  record(record: unknown, place: string): void {
    const source = `${this.#file}:${place}`
    try {
      if (!isFields(record)) throw new Unreadable('it is no object with fields')
      const extract = this.#formOf(record).read(record, source)
      if (!extract) this.#passedOver += 1
      if (extract?.charge) this.#charges.push(extract.charge)
      if (extract?.call) this.#keep(extract.call)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.bad(place, error.message)
    }
  }

  /** Known forms are looked for once: a log is of one form from its first line to its last. */
  #formOf(record: Fields): RecordForm {
    const known = KNOWN_FORMS.filter(({ name }) => this.#only === null || this.#only === name)
    this.#form ??= known.find(({ fits }) => fits(record)) ?? null
    if (this.#form) return this.#form
    if (this.#only === null || this.#only === 'mapped') return this.#other
    throw new Unreadable(`it is no record of ${this.#only}`)
  }

  /** Of a message that was logged several times while it grew, the record with most output is the call. */
  #keep(call: ExternalCall): void {
    const known = this.#calls.get(call.id)
    if (!known || this.#form?.name !== 'claude-code' || outputOf(call) >= outputOf(known))
      this.#calls.set(call.id, known ? { ...call, at: known.at } : call)
  }

  bad(place: string, reason: string): void {
    this.#bad.push({ source: `${this.#file}:${place}`, reason })
  }

  result(): Records {
    const once = this.#form?.name === 'claude-code' ? lastOfEach(this.#charges) : this.#charges
    return {
      calls: [...this.#calls.values()],
      charges: once,
      bad: this.#bad,
      passedOver: this.#passedOver,
    }
  }
}

const outputOf = ({ usage }: ExternalCall): number => {
  const count = isFields(usage) ? usage.output_tokens : 0
  return typeof count === 'number' ? count : 0
}

const lastOfEach = (charges: readonly ReadCharge[]): ReadCharge[] => [
  ...new Map(charges.map((own) => [own.id, own])).values(),
]

const WHOLE_CHARS_MAX = 256 * 1024 * 1024

/**
 * Reads a file line by line: JSON lines, or a table with a header. A document that goes over several
 * lines (an array of records, or `{"data": …}`) is read whole.
 */
export async function readRecords(
  lines: AsyncIterable<string>,
  reader: RecordReader,
): Promise<Records> {
  const feed = new Feed(reader)
  for await (const line of lines) feed.line(line)
  feed.end()
  return reader.result()
}

class Feed {
  readonly #reader: RecordReader
  #number = 0
  #mode: 'start' | 'lines' | 'whole' | 'table' = 'start'
  #whole: string[] = []
  #chars = 0
  #csv: CsvReader | null = null
  #names: readonly string[] = []

  constructor(reader: RecordReader) {
    this.#reader = reader
  }

  line(raw: string): void {
    this.#number += 1
    const line = this.#number === 1 ? raw.replace(/^\ufeff/, '') : raw
    if (this.#mode === 'start' && line.trim() !== '') this.#begin(line)
    if (this.#mode === 'table') this.#cells(line)
    else if (this.#mode === 'lines') this.#json(line)
    else if (this.#mode === 'whole') this.#keep(line)
  }

  #begin(line: string): void {
    const first = line.trimStart()[0]
    if (first !== '{' && first !== '[') {
      this.#mode = 'table'
      this.#csv = new CsvReader(delimiterOf(line))
    } else this.#mode = isDocument(line) ? 'lines' : 'whole'
  }

  #cells(line: string): void {
    const record = this.#csv?.next(line)
    if (!record) return
    if (this.#names.length === 0) this.#names = record.cells.map((name) => name.trim())
    else if (record.cells.length !== this.#names.length)
      this.#reader.bad(
        String(record.line),
        `it has ${record.cells.length} cells, and the header ${this.#names.length}`,
      )
    else this.#reader.record(namedCells(this.#names, record.cells), String(record.line))
  }

  #json(line: string): void {
    if (line.trim() === '') return
    try {
      this.#spread(parseExact(line), String(this.#number))
    } catch {
      this.#reader.bad(String(this.#number), 'it is not JSON')
    }
  }

  /** A line can itself be a page of records. */
  #spread(value: unknown, place: string): void {
    const records =
      isFields(value) && Object.keys(value).length <= 3 && 'data' in value ? value.data : value
    if (!Array.isArray(records)) this.#reader.record(records, place)
    else
      for (const [index, record] of records.entries())
        this.#reader.record(record, `${place}[${index}]`)
  }

  #keep(line: string): void {
    this.#chars += line.length + 1
    if (this.#chars <= WHOLE_CHARS_MAX) this.#whole.push(line)
  }

  end(): void {
    const open = this.#csv?.unclosed()
    if (open) this.#reader.bad(String(open), 'it has a quote that is never closed')
    if (this.#mode !== 'whole') return
    if (this.#chars > WHOLE_CHARS_MAX) {
      this.#reader.bad('1', 'a document of this size is read only as JSON lines, one record a line')
      return
    }
    try {
      this.#spread(parseExact(this.#whole.join('\n')), '1')
    } catch {
      this.#reader.bad('1', 'it is neither JSON, JSON lines nor a table with a header')
    }
  }
}

function isDocument(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
