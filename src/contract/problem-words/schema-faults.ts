import { formInJapanese } from './ja-forms.ts'

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** What does not follow a schema: what the validator says of it, and the part of the schema that was meant. */
export interface SchemaFault {
  readonly code: 'schema'
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The validator’s own words. */
  readonly message: string
  /** Of a field that is not known, the whole object; else the value itself. */
  readonly schema: Node
}

type Said = { readonly message: string; readonly fix: string }

export const schemaFaultText = (fault: SchemaFault, lang: 'en' | 'ja'): Said =>
  lang === 'ja'
    ? { message: messageInJapanese(fault), fix: fixed(fault, 'ja') }
    : { message: ENGLISH[fault.keyword] ?? fault.message, fix: fixed(fault, 'en') }

/** Where the validator’s words speak of the whole object, or show a pattern. */
const ENGLISH: Readonly<Record<string, string>> = {
  additionalProperties: 'is not a known field',
  required: 'is missing',
  pattern: 'is not of the right form',
}

const TYPES = {
  en: {
    string: 'a string',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object',
    array: 'a list',
    null: 'null',
  },
  ja: {
    string: '文字列',
    integer: '整数',
    number: '数値',
    boolean: 'true または false',
    object: 'オブジェクト',
    array: '配列',
    null: 'null',
  },
} as const

const typeIn = (type: string, lang: 'en' | 'ja'): string =>
  (TYPES[lang] as Readonly<Record<string, string>>)[type] ?? type

/** Every keyword that a schema of ours breaks by, with what the validator counts put in. */
export const JA_KEYWORDS: Readonly<Record<string, string>> = {
  additionalProperties: 'この名前の項目はありません',
  required: '指定されていません',
  pattern: '形式が正しくありません',
  type: '{type}ではありません',
  enum: '使える値ではありません',
  const: '決められた値ではありません',
  format: '{format} の形式ではありません',
  minLength: '{limit} 文字に足りません',
  maxLength: '{limit} 文字を超えています',
  minimum: '{limit} より小さい値です',
  maximum: '{limit} より大きい値です',
  exclusiveMinimum: '{limit} より大きくありません',
  exclusiveMaximum: '{limit} より小さくありません',
  minItems: '項目が {limit} 個に足りません',
  maxItems: '項目が {limit} 個を超えています',
  uniqueItems: '同じ値が重なっています',
  minProperties: '項目が {limit} 個に足りません',
  maxProperties: '項目が {limit} 個を超えています',
  anyOf: 'どの形にも合いません',
}

function messageInJapanese({ keyword, params }: SchemaFault): string {
  const types = [params.type].flat().map((type) => typeIn(String(type), 'ja'))
  const values: Node = { ...params, type: types.join('、または') }
  const words = JA_KEYWORDS[keyword] ?? '正しくありません'
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}

function fixed({ keyword, schema }: SchemaFault, lang: 'en' | 'ja'): string {
  if (keyword !== 'additionalProperties') return lang === 'ja' ? japaneseFix(schema) : fixOf(schema)
  const names = isNode(schema.properties) ? Object.keys(schema.properties) : []
  if (lang === 'ja')
    return names.length === 0
      ? '指定しないでください。'
      : `指定しないか、次のいずれかを使ってください: ${names.join(', ')}。`
  return names.length === 0 ? 'Leave it out.' : `Leave it out, or use one of: ${names.join(', ')}.`
}

const firstOf = (schema: Node): Node | undefined =>
  (Array.isArray(schema.anyOf) ? schema.anyOf : []).find(isNode)

function fixOf(schema: Node): string {
  const words: string[] = []
  const first = firstOf(schema)
  if (typeof schema.type === 'string') words.push(`Send ${typeIn(schema.type, 'en')}.`)
  if (Array.isArray(schema.enum)) words.push(`Use one of: ${schema.enum.join(', ')}.`)
  if (typeof schema.description === 'string') words.push(schema.description)
  if (Array.isArray(schema.examples)) words.push(`Such as ${JSON.stringify(schema.examples[0])}.`)
  if (words.length === 0 && first) return fixOf(first)
  return words.length === 0 ? 'See the schema in /openapi.json.' : words.join(' ')
}

/** Descriptions are English; in Japanese the form itself is described, which a description may not even say. */
function japaneseFix(schema: Node): string {
  const words: string[] = []
  const first = firstOf(schema)
  if (typeof schema.type === 'string') words.push(`${typeIn(schema.type, 'ja')}を送ってください。`)
  if (Array.isArray(schema.enum))
    words.push(`次のいずれかを使ってください: ${schema.enum.join(', ')}。`)
  words.push(...formInJapanese(schema))
  if (Array.isArray(schema.examples)) words.push(`例: ${JSON.stringify(schema.examples[0])}。`)
  if (words.length === 0 && first) return japaneseFix(first)
  return words.length === 0 ? '/openapi.json のスキーマを参照してください。' : words.join('')
}
