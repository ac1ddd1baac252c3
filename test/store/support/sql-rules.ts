import type { SqlText } from './sql-texts.ts'

/** Comments and quoted texts say nothing about what a statement does. */
const bare = (sql: string): string =>
  sql
    .replace(/--[^\n]*/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/\s+/g, ' ')
    .toLowerCase()
    .trim()

interface Rule {
  readonly name: string
  /** What is wrong, or `null`. */
  readonly check: (sql: string, file: string) => string | null
}

const CLOCK =
  /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|gen_random_uuid|uuidv[47])\s*\(|\b(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\b/g
const WRITES =
  /^(?:insert|update|delete|merge)\b|\b(?:insert into|update [\w.]+ (?:\w+ )?set|delete from|merge into)\b/

/** The migrations' own lock: none of our transactions relies on it. */
const MAY_LOCK = 'src/store/migrate.ts'
/** Where the database's clock is read: in a select's list, never in a condition. */
const MAY_READ_CLOCK = ['src/engine/clock.ts', 'src/cli/serve/doctor-checks.ts']

const banned =
  (pattern: RegExp, message: string) =>
  (sql: string): string | null =>
    pattern.test(sql) ? message : null

export const STATEMENT_RULES: readonly Rule[] = [
  {
    name: 'parameters are cast',
    check: (sql) => {
      const found = /\$\d+(?!\d|::| as )/.exec(sql)?.[0]
      return found === undefined ? null : `${found} has no cast`
    },
  },
  {
    name: 'no advisory locks',
    check: (sql, file) =>
      file !== MAY_LOCK && /\bpg_(?:try_)?advisory/.test(sql) ? 'an advisory lock' : null,
  },
  {
    name: 'row locks of one account only',
    check: (sql) => {
      const locks = /\bfor (?:no key update|update|key share|share)\b/.test(sql)
      const one = /\baccount_id = \$\d+::text/.test(sql) && !/\b(?:any ?\(|in ?\(|or )/.test(sql)
      return locks && !one ? 'locks rows of several accounts' : null
    },
  },
  {
    name: 'time and ids are parameters',
    check: (sql, file) => {
      const found = [...sql.matchAll(CLOCK)]
      const strange = found.find(
        ({ 0: name, index }) =>
          WRITES.test(sql) ||
          !MAY_READ_CLOCK.includes(file) ||
          !name.startsWith('clock_timestamp') ||
          /^create|^alter|\b(?:where|having|join|on)\b/.test(sql.slice(0, index)),
      )
      return strange ? `${strange[0].replace('(', '()')} in a statement` : null
    },
  },
  {
    name: 'no grouping sets',
    check: banned(/\bgrouping sets\b|\brollup\s*\(|\bcube\s*\(/, 'grouping sets'),
  },
  { name: 'no recursive CTE', check: banned(/\brecursive\b/, 'a recursive CTE or view') },
  { name: 'no COPY', check: banned(/^copy\b|; ?copy\b/, 'COPY') },
  {
    name: 'no sequences',
    check: banned(
      /\bnextval\b|\bcurrval\b|\blastval\b|\bsequence\b|\b(?:small|big)?serial[248]?\b|\bgenerated (?:always|by default) as identity\b/,
      'a sequence',
    ),
  },
  {
    name: 'no foreign keys',
    check: banned(/\breferences [\w.]+|\bforeign key\b/, 'a foreign key'),
  },
  {
    name: 'no triggers and rules',
    check: banned(/\btrigger\b|\bcreate (?:or replace )?rule\b/, 'a trigger'),
  },
  {
    name: 'no deferrable or exclusion constraints',
    check: banned(/\bdeferrable\b|\bexclude using\b/, 'a deferrable or exclusion constraint'),
  },
  { name: 'no ALTER TYPE', check: banned(/\balter type\b/, 'ALTER TYPE') },
  { name: 'order by the column, not by its text', check: (sql) => textOrder(sql) },
  { name: 'keys lead with the account', check: (sql) => keyFault(sql) },
]

/** `select seq::text … order by seq` sorts by what is selected: 10 before 9. */
function textOrder(sql: string): string | null {
  const cast = [...sql.matchAll(/[\s,(](?:\w+\.)?(\w+)::text(?= ?,| from\b)/g)].map(
    ([, name]) => name!,
  )
  const ordered = [...sql.matchAll(/\border by ([\w., ]+?)(?= limit\b|\)| union\b|$)/g)]
    .flatMap(([, list]) => list!.split(','))
    .map((item) => item.trim().split(' ')[0]!)
  const wrong = cast.find((name) => ordered.includes(name))
  return wrong === undefined ? null : `sorts by the text of ${wrong}`
}

/** A table, index or constraint in the schema `accounts` whose key does not lead with the account. */
function keyFault(sql: string): string | null {
  const index =
    /\bcreate unique index (?:[\w ]+ )?on (?:only )?accounts\.(\w+)[^(]*\(([^)]*)\)/.exec(sql)
  if (index && !leads(index[2]!)) return `a unique index of ${index[1]}`
  const table = /\bcreate table (?:if not exists )?accounts\.(\w+) ?\(/.exec(sql)
  if (table) return tableFault(table[1]!, sql)
  const altered = /\balter table (?:only )?accounts\.(\w+)/.exec(sql)
  if (altered && keysOf(sql).some((key) => !leads(key))) return `a key of ${altered[1]}`
  return null
}

const leads = (columns: string): boolean => /^\s*"?account_id"?\b/.test(columns)

const keysOf = (sql: string): string[] =>
  [...sql.matchAll(/\b(?:primary key|unique(?: nulls not distinct)?) ?\(([^)]*)\)/g)].map(
    ([, columns]) => columns!,
  )

function tableFault(table: string, sql: string): string | null {
  const inline = [
    ...sql.matchAll(/[(,] ?"?(\w+)"? [^,()]*?\b(?:primary key|unique)\b(?! ?\()/g),
  ].map(([, column]) => column!)
  const keys = [...keysOf(sql), ...inline]
  if (!/\bprimary key\b/.test(sql)) return `${table} has no primary key`
  return keys.every(leads) ? null : `a key of ${table}`
}

export interface SqlFinding {
  readonly rule: string
  readonly where: string
  readonly message: string
}

export function checkSql(texts: readonly SqlText[]): SqlFinding[] {
  return texts.flatMap(({ file, line, sql }) =>
    bare(sql)
      .split(/; ?/)
      .filter((statement) => statement !== '')
      .flatMap((statement) =>
        STATEMENT_RULES.flatMap(({ name, check }) => {
          const message = check(statement, file)
          return message === null ? [] : [{ rule: name, where: `${file}:${line}`, message }]
        }),
      ),
  )
}

/** The statements of a migration, each with its line. */
export function migrationTexts(file: string, text: string): SqlText[] {
  const blanked = text.replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length))
  const texts: SqlText[] = []
  let from = 0
  for (const part of blanked.split(';')) {
    const skipped = /^\s*/.exec(part)![0]
    const line = blanked.slice(0, from + skipped.length).split('\n').length
    if (part.trim() !== '') texts.push({ file, line, sql: part.trim() })
    from += part.length + 1
  }
  return texts
}
