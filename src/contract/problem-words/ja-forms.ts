/** The forms of texts, by the pattern of their schema. */
const PATTERNS: Readonly<Record<string, string>> = {
  '^[A-Za-z0-9._:-]{1,128}$': '半角英数字と . _ : - からなる 1〜128 文字です。',
  '^([A-Za-z0-9._:-]{1,128}|~)$': 'ID、または「~」です。',
  '^[A-Za-z0-9_-]{1,128}$': '半角英数字と _ - からなる 1〜128 文字です。',
  '^[A-Za-z0-9._-]{1,32}$': '半角英数字と . _ - からなる 1〜32 文字です。',
  '^[A-Za-z0-9_]{1,255}$': '半角英数字と _ からなる 1〜255 文字です。',
  '^[a-z0-9_]{1,64}$': '半角の英小文字、数字、_ からなる 1〜64 文字です。',
  '^[a-z_]{1,64}$': '半角の英小文字と _ からなる 1〜64 文字です。',
  '^[a-z0-9][a-z0-9_]{0,47}$':
    '半角の英小文字、数字、_ からなる 1〜48 文字で、英小文字か数字で始まります。',
  '^[a-z0-9][a-z0-9_-]{0,63}$':
    '半角の英小文字、数字、_ - からなる 1〜64 文字で、英小文字か数字で始まります。',
  '^[a-z0-9][a-z0-9_-]{0,63}(@[1-9][0-9]{0,6})?$':
    'プランの ID です。「@」に続けてバージョンも付けられます。',
  '^(\\*|[a-z0-9][a-z0-9_-]{0,63})$': 'プランの ID、または「*」です。',
  '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$':
    '制御文字と、対になっていないサロゲートは使えません。',
  '^[^\\u0000\\ud800-\\udfff]*$': 'NUL 文字と、対になっていないサロゲートは使えません。',
  '^[\\u0021-\\u007e]+$': '空白を含まない半角の文字だけが使えます。',
  '^[\\x21-\\x7e]+$': '空白を含まない半角の文字だけが使えます。',
  '^[^\\s?#\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$': '空白、?、#、制御文字は使えません。',
  '^/(?![/\\\\])[^\\\\\\u0000-\\u0020]{0,500}$': '「/」で始まる、このアプリの中のアドレスです。',
  '^[A-Za-z0-9._-]{1,32}:[A-Za-z0-9._:/@-]{1,64}$':
    '「キー:値」の形です。キーは 32 文字まで、値は 64 文字までです。',
  '^[^\\s@\\u0000-\\u001f\\u007f-\\u009f]{1,64}@[^\\s@\\u0000-\\u001f\\u007f-\\u009f]{1,190}$':
    'メールアドレスです。',
  '^[A-Za-z0-9+_/-]{1,64}$': 'IANA のタイムゾーン名です。',
  '^[A-Z]{3}$': 'ISO 4217 の通貨コードです。',
  '^[A-Z]{2}$': 'ISO 3166-1 の国コードです。',
  '^([A-Z]{2}|\\*)$': 'ISO 3166-1 の国コード、または「*」です。',
  '^#[0-9a-f]{6}$': '「#」に 16 進数 6 桁（小文字）を続けた色です。',
  '^P[0-9YMWDTHS]{2,30}$': 'ISO 8601 の期間です。',
  '^2[0-9]{3}-(03-31|09-30)$': '3 月 31 日か 9 月 30 日の日付です。',
  '^(open|[1-9][0-9]{0,6})$': '番号、または「open」です。',
  '^prev_[0-9a-z]{1,12}_[0-9a-f]{16}$': 'プレビューの ID です。',
  '^(0|[1-9][0-9]{0,8})(\\.[0-9]{1,9})?$':
    '10 億未満の正確な 10 進数で、小数点以下は 9 桁までです。',
  '^(0|[1-9][0-9]{0,2})(\\.[0-9]{1,9})?$':
    '1000 未満の正確な 10 進数で、小数点以下は 9 桁までです。',
  '^([1-9][0-9]{0,5})(\\.[0-9]{1,3})?$':
    '1 以上 100 万未満の 10 進数で、小数点以下は 3 桁までです。',
  '^0\\.[0-9]{1,6}$': '1 未満の 10 進数で、小数点以下は 6 桁までです。',
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'タイムゾーンの付いた RFC 3339 の日時です。',
}

/** `^(a|b)(,(a|b))*$`: any of some words, with commas between. */
const SOME_OF = /^\^\(([a-z_|]+)\)\(,\(\1\)\)\*\$$/

type Node = Readonly<Record<string, unknown>>

/** `null`: nobody has described it yet. */
export function patternInJapanese(pattern: string): string | null {
  const words = SOME_OF.exec(pattern)?.[1]?.replaceAll('|', ', ')
  if (words !== undefined) return `次の語をコンマで区切って並べます: ${words}。`
  return PATTERNS[pattern] ?? null
}

export const formatInJapanese = (format: string): string | null => FORMATS[format] ?? null

/** What a value has to be like, by what its schema says. */
export function formInJapanese(schema: Node): string[] {
  const { pattern, format } = schema
  const form = typeof pattern === 'string' ? patternInJapanese(pattern) : null
  const known = typeof format === 'string' ? formatInJapanese(format) : null
  const limits = [
    between(schema.minLength, schema.maxLength, '長さは', '文字'),
    between(schema.minimum, schema.maximum, '値は', ''),
    between(schema.minItems, schema.maxItems, '項目は', '個'),
  ]
  return [form, known, ...limits].filter((words) => words !== null)
}

function between(least: unknown, most: unknown, of: string, unit: string): string | null {
  const [from, to] = [least, most].map((own) =>
    own === undefined ? '' : ` ${own} ${unit}`.trimEnd(),
  )
  if (from === '' && to === '') return null
  return `${of}${from}${from && '以上'}${from && to && '、'}${to}${to && '以下'}です。`
}
