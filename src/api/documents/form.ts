import type { FastifyRequest } from 'fastify'
import { DOCUMENT_TYPES, type DocumentFormat } from '../../contract/routes/forms.ts'
import { type CsvTable, csvText } from '../../contract/statements/index.ts'
import type { Answer } from '../problem-answer.ts'

/** A document in every form that it has. */
interface Forms {
  /** Of its file, without the ending. */
  readonly name: string
  readonly json: () => unknown
  readonly csv: () => CsvTable
  /** Absent: it has no paper form. */
  readonly pdf?: () => Promise<Buffer>
}

interface Asked {
  readonly query: { readonly format?: DocumentFormat; readonly lang?: string }
  /** Absent where another room of this server asks: it takes JSON. */
  readonly request?: FastifyRequest
}

/** Spreadsheets of that language read UTF-8 only after this mark. */
const BYTE_ORDER_MARK = '\ufeff'

/** The form that is asked for: by `format`, else by the `Accept` header, else JSON. */
export async function inForm({ query, request }: Asked, forms: Forms): Promise<Answer> {
  const format = query.format ?? accepted(request?.headers.accept ?? '', forms)
  const contentType = DOCUMENT_TYPES[format]
  const headers = {
    'content-disposition': `attachment; filename="${forms.name}.${format}"`,
    vary: 'accept',
  }
  if (format === 'csv') {
    const mark = query.lang === 'ja' ? BYTE_ORDER_MARK : ''
    return { status: 200, body: `${mark}${csvText(forms.csv())}`, contentType, headers }
  }
  if (format === 'pdf' && forms.pdf)
    return { status: 200, body: await forms.pdf(), contentType, headers }
  return { status: 200, body: forms.json(), headers: { vary: 'accept' } }
}

/** The first type of the header that we have, by its weight. */
function accepted(header: string, forms: Forms): DocumentFormat {
  const formats = (Object.keys(DOCUMENT_TYPES) as DocumentFormat[]).filter(
    (format) => format !== 'pdf' || forms.pdf !== undefined,
  )
  const wanted = header
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((own) => own.trim().toLowerCase())
      const weight = parameters.find((own) => own.startsWith('q='))
      return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { type } of wanted) {
    if (type === '*/*') return 'json'
    const found = formats.find((format) => DOCUMENT_TYPES[format] === type)
    if (found) return found
  }
  return 'json'
}
