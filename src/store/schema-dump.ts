import pg from 'pg'

const SCHEMAS = ['control', 'accounts']
/** The migrations' own bookkeeping says nothing about the schema. */
const BOOKKEEPING = ['migration', 'migration_checksum', 'migration_id_seq']

const HEADER = `-- The schema after all migrations, for reading and for review. Generated: npm test says when this file
-- is stale, and \`node --import tsx scripts/dump-schema.ts\` writes it again.
`

/**
 * The schema as SQL-like text, from the catalogue alone: the same database gives the same text on any
 * machine, so that the difference of two dumps is the difference of two schemas.
 */
export async function schemaDump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, application_name: 'everycent schema dump' })
  client.on('error', () => {})
  await client.connect()
  try {
    // Empty, so that every name outside of pg_catalog is printed with its schema.
    await client.query("set search_path = ''")
    const parts = [HEADER.trimEnd()]
    for (const schema of SCHEMAS) parts.push(...(await dumpSchema(client, schema)))
    return `${parts.join('\n\n')}\n`
  } finally {
    await client.end()
  }
}

async function dumpSchema(client: pg.Client, schema: string): Promise<string[]> {
  const select = async (text: string): Promise<pg.QueryResultRow[]> =>
    (await client.query(text, [schema, BOOKKEEPING])).rows
  const tables = await select(TABLES)
  const members: TableMembers = {
    columns: await select(COLUMNS),
    constraints: await select(CONSTRAINTS),
    indexes: await select(INDEXES),
    triggers: await select(TRIGGERS),
  }
  const others = [...(await select(TYPES)), ...(await select(SEQUENCES))]
  const programs = [...(await select(VIEWS)), ...(await select(FUNCTIONS))]
  return [
    `create schema ${schema};`,
    ...others.map(({ text }) => text as string),
    ...tables.map((table) => tableText(table, members)),
    ...programs.map(({ text }) => text as string),
  ]
}

interface TableMembers {
  readonly columns: pg.QueryResultRow[]
  readonly constraints: pg.QueryResultRow[]
  readonly indexes: pg.QueryResultRow[]
  readonly triggers: pg.QueryResultRow[]
}

function tableText(table: pg.QueryResultRow, members: TableMembers): string {
  const own = (rows: pg.QueryResultRow[]) => rows.filter((row) => row.oid === table.oid)
  const lines = [
    ...own(members.columns).map(columnText),
    ...own(members.constraints).map((row) => `constraint ${row.name} ${lowerCase(row.definition)}`),
  ]
  const partition = table.partition_key ? ` partition by ${lowerCase(table.partition_key)}` : ''
  const storage = table.options ? ` with (${table.options.join(', ')})` : ''
  const kind = table.unlogged ? 'unlogged table' : 'table'
  const statements = [
    `create ${kind} ${table.name} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)${partition}${storage};`,
    ...own(members.indexes).map(({ definition }) => `${indexText(definition)};`),
    ...own(members.triggers).map(({ definition }) => `${lowerCase(definition)};`),
  ]
  return statements.join('\n')
}

function columnText(column: pg.QueryResultRow): string {
  const words = [column.name, column.type.replace('timestamp with time zone', 'timestamptz')]
  if (column.collation) words.push(`collate ${column.collation}`)
  if (column.not_null) words.push('not null')
  if (column.identity) words.push(`generated ${column.identity} as identity`)
  if (column.expression) words.push(expressionText(column))
  return words.join(' ')
}

function expressionText({ generated, expression }: pg.QueryResultRow): string {
  if (generated === 's') return `generated always as (${expression}) stored`
  if (generated === 'v') return `generated always as (${expression}) virtual`
  return `default ${expression}`
}

const indexText = (definition: string): string => lowerCase(definition).replace(' using btree', '')

/** The catalogue prints keywords in capitals, and bare names only in small letters. */
const lowerCase = (sql: string): string =>
  sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Z]+/g, (part) =>
    /^['"]/.test(part) ? part : part.toLowerCase(),
  )

const OWN_RELATION = `class.relnamespace = $1::regnamespace and class.relname <> all ($2::text[])`

const TABLES = `
  select class.oid, format('%I.%I', $1::text, class.relname) as name, class.reloptions as options,
    class.relpersistence = 'u' as unlogged, pg_get_partkeydef(class.oid) as partition_key
  from pg_class as class
  where ${OWN_RELATION} and class.relkind in ('r', 'p') order by class.relname collate "C"`

const COLUMNS = `
  select class.oid, quote_ident(attname) as name, format_type(atttypid, atttypmod) as type,
    attnotnull as not_null, attgenerated as generated,
    case attidentity when 'a' then 'always' when 'd' then 'by default' end as identity,
    case when attcollation <> typcollation then
      (select quote_ident(collname) from pg_collation where oid = attcollation) end as collation,
    pg_get_expr(adbin, adrelid, true) as expression
  from pg_class as class join pg_attribute on attrelid = class.oid
    join pg_type on pg_type.oid = atttypid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where ${OWN_RELATION} and attnum > 0 and not attisdropped order by attnum`

// A column's "not null" is a constraint too since PostgreSQL 18; it is printed with the column.
const CONSTRAINTS = `
  select class.oid, quote_ident(conname) as name, pg_get_constraintdef(constraints.oid, true) as definition
  from pg_class as class join pg_constraint as constraints on conrelid = class.oid
  where ${OWN_RELATION} and contype <> 'n'
  order by array_position('{p,u,x,f,c}'::"char"[], contype), conname collate "C"`

const INDEXES = `
  select class.oid, pg_get_indexdef(indexrelid) as definition
  from pg_class as class join pg_index on indrelid = class.oid
    join pg_class as index on index.oid = indexrelid
  where ${OWN_RELATION} and not exists (select from pg_constraint where conindid = indexrelid)
  order by index.relname collate "C"`

const TRIGGERS = `
  select class.oid, pg_get_triggerdef(pg_trigger.oid, true) as definition
  from pg_class as class join pg_trigger on tgrelid = class.oid
  where ${OWN_RELATION} and not tgisinternal order by tgname collate "C"`

const TYPES = `
  select format('create type %I.%I as enum (%s);', $1::text, typname,
    string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)) as text
  from pg_type join pg_enum on enumtypid = pg_type.oid
  where typnamespace = $1::regnamespace and typname <> all ($2::text[])
  group by typname order by typname collate "C"`

const SEQUENCES = `
  select format('create sequence %I.%I;', $1::text, class.relname) as text
  from pg_class as class
  where ${OWN_RELATION} and class.relkind = 'S'
    and not exists (select from pg_depend where objid = class.oid and deptype = 'i')
  order by class.relname collate "C"`

const VIEWS = `
  select format(E'create %s %I.%I as\\n%s', case class.relkind when 'm' then 'materialized view'
    else 'view' end, $1::text, class.relname, pg_get_viewdef(class.oid, true)) as text
  from pg_class as class
  where ${OWN_RELATION} and class.relkind in ('v', 'm') order by class.relname collate "C"`

const FUNCTIONS = `
  select rtrim(pg_get_functiondef(oid), E'\\n') || ';' as text from pg_proc
  where pronamespace = $1::regnamespace and proname <> all ($2::text[]) and prokind <> 'a'
  order by proname collate "C", pg_get_function_identity_arguments(oid)`
