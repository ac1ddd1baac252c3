import { afterAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { readSources } from '../tidy/sources.ts'
import { checkSql, migrationTexts, STATEMENT_RULES } from './support/sql-rules.ts'
import { queryCalls, type SqlText, sqlTextsOf } from './support/sql-texts.ts'

const sources = readSources().filter(({ path }) => path.startsWith('src/'))
const migrations = sources.filter(({ path }) => /^src\/store\/migrations\/.*\.sql$/.test(path))
const code = sources.filter(({ path }) => path.endsWith('.ts'))
const statements = code.flatMap(sqlTextsOf)
const ddl = migrations.flatMap(({ path, text }) => migrationTexts(path, text))

/** Well below what there is, and never to be lowered: a guard that saw nothing is red. */
const STATEMENTS_MIN = 60
const DDL_MIN = 18

afterAll(() => {
  const tried = { rules: STATEMENT_RULES.length, statements: statements.length, ddl: ddl.length }
  console.log(`proof sql rules ${JSON.stringify(tried)}`)
})

describe('the statements of the store', () => {
  it('were really read', () => {
    expect(statements.length).toBeGreaterThan(STATEMENTS_MIN)
    expect(ddl.length).toBeGreaterThan(DDL_MIN)
    const files = new Set(statements.map(({ file }) => file))
    for (const path of code.filter((file) => queryCalls(file) > 0).map(({ path }) => path))
      expect(files).toContain(path)
    for (const text of ['decision-commit', 'decision-load', 'housekeeping'])
      expect([...files].some((file) => file.includes(text))).toBe(true)
  })

  it('as many were read in each file as are handed to the driver there', () => {
    const fewer = code.filter((file) => sqlTextsOf(file).length < queryCalls(file))
    expect(fewer.map(({ path }) => path)).toEqual([])
  })

  it('keep the rules that leave every distributed PostgreSQL open', () => {
    expect(checkSql(statements)).toEqual([])
  })

  it('and so does every migration', () => {
    expect(checkSql(ddl)).toEqual([])
  })
})

describe('the schema as it is', () => {
  it('has no key without the account in front, no foreign key, trigger, rule or sequence', async () => {
    const { pool } = await freshDatabase()
    const { rows: keys } = await pool.query<{ name: string; leads: boolean }>(
      `select i.indexrelid::regclass::text as name, a.attname = 'account_id' as leads
       from pg_index i
       join pg_class c on c.oid = i.indrelid
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where (i.indisunique or i.indisprimary) and c.relnamespace = 'accounts'::regnamespace`,
    )
    expect(keys.length).toBeGreaterThan(6)
    expect(keys.filter((key) => !key.leads)).toEqual([])
    const { rows: keyless } = await pool.query(
      `select c.relname from pg_class c
       where c.relnamespace = 'accounts'::regnamespace and c.relkind in ('r', 'p')
         and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)`,
    )
    expect(keyless).toEqual([])
    const { rows: others } = await pool.query(
      `select 'foreign key' as what, conname as name from pg_constraint where contype = 'f'
       union all select 'deferrable', conname from pg_constraint where condeferrable
       union all select 'exclusion', conname from pg_constraint where contype = 'x'
       union all select 'trigger', tgname from pg_trigger where not tgisinternal
       union all select 'sequence', relname from pg_class
         where relkind = 'S' and relnamespace in ('accounts'::regnamespace)
       union all select 'default', a.attname from pg_attrdef d
         join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
         join pg_class c on c.oid = d.adrelid where c.relnamespace = 'accounts'::regnamespace
       union all select 'function', proname from pg_proc
         where pronamespace in ('accounts'::regnamespace, 'control'::regnamespace)`,
    )
    expect(others).toEqual([])
  })
})

const BAD: readonly [rule: string, sql: string][] = [
  ['parameters are cast', 'select * from accounts.entry where account_id = $1'],
  ['parameters are cast', 'select $12 + $1::bigint'],
  ['no advisory locks', 'select pg_advisory_xact_lock($1::bigint)'],
  ['no advisory locks', 'select pg_try_advisory_lock(1)'],
  [
    'row locks of one account only',
    'select * from accounts.account where account_id = any($1::text[]) for update',
  ],
  ['row locks of one account only', 'select * from accounts.hold for no key update skip locked'],
  ['time and ids are parameters', 'update accounts.account set updated_at = now()'],
  ['time and ids are parameters', 'insert into accounts.hold (at) values (current_timestamp)'],
  [
    'time and ids are parameters',
    'select 1 from accounts.hold where expires_at < clock_timestamp()',
  ],
  ['time and ids are parameters', 'delete from accounts.hold where expires_at < localtimestamp'],
  ['time and ids are parameters', 'insert into control.x (id) values (gen_random_uuid())'],
  [
    'time and ids are parameters',
    'create table accounts.a (account_id text primary key, at timestamptz default now())',
  ],
  ['no grouping sets', 'select a, sum(b) from c group by grouping sets ((a), ())'],
  ['no grouping sets', 'select a, sum(b) from c group by rollup (a)'],
  ['no recursive CTE', 'with recursive t as (select 1 union all select 2) select * from t'],
  [
    'no recursive CTE',
    'with\n  recursive halved(low, high) as (select 1, 2 union all select 2, 2) select * from halved',
  ],
  ['no recursive CTE', 'create recursive view v (a) as select 1'],
  ['no COPY', 'copy accounts.entry from stdin'],
  ['no sequences', 'create table accounts.a (account_id text primary key, n bigserial)'],
  ['no sequences', "select nextval('s')"],
  [
    'no sequences',
    'create table accounts.a (account_id text primary key, n int generated always as identity)',
  ],
  [
    'no foreign keys',
    'create table control.a (id text primary key, b text references control.b (id))',
  ],
  ['no foreign keys', 'alter table control.a add foreign key (b) references control.b (id)'],
  ['no triggers and rules', 'create trigger t before update on accounts.a execute function f()'],
  ['no triggers and rules', 'create rule r as on insert to accounts.a do nothing'],
  [
    'no deferrable or exclusion constraints',
    'alter table control.a add constraint u unique (b) deferrable',
  ],
  ['no ALTER TYPE', "alter type control.mood add value 'x'"],
  [
    'order by the column, not by its text',
    'select account_id, seq::text, body::text from accounts.entry order by seq limit 1',
  ],
  [
    'order by the column, not by its text',
    'select account_id, e.seq::text from accounts.entry e order by account_id, seq desc',
  ],
  [
    'keys lead with the account',
    'create table accounts.a (account_id text, seq bigint, primary key (seq, account_id))',
  ],
  ['keys lead with the account', 'create table accounts.a (id text primary key, account_id text)'],
  ['keys lead with the account', 'create table accounts.a (account_id text not null)'],
  [
    'keys lead with the account',
    'create table accounts.a (account_id text primary key, email text unique)',
  ],
  ['keys lead with the account', 'create unique index u on accounts.entry (request_id)'],
  ['keys lead with the account', 'alter table accounts.entry add constraint u unique (request_id)'],
]

const GOOD: readonly string[] = [
  'select e.seq::text, e.body::text from accounts.entry e order by e.account_id, e.seq limit 1',
  'select seq::text as number from accounts.entry order by seq desc',
  'select state from accounts.account where account_id = $1::text for update',
  'create table accounts.a (account_id text not null primary key, n bigint not null)',
  'create table accounts.a (account_id text, n bigint, primary key (account_id, n), unique (account_id))',
  'create unique index if not exists u on accounts.a (account_id, n)',
  'insert into accounts.a (account_id) values ($1::text) on conflict do nothing -- now()',
  "select 'now() and $1' as prose",
]

describe('each rule', () => {
  const text = (sql: string, file = 'src/store/sample.ts'): SqlText => ({ file, line: 1, sql })

  it.each(BAD)('fires: %s: %s', (rule, sql) => {
    expect(checkSql([text(sql)]).map((finding) => finding.rule)).toContain(rule)
  })

  it.each(GOOD)('lets through: %s', (sql) => {
    expect(checkSql([text(sql)])).toEqual([])
  })

  it('has a sample that makes it fire', () => {
    const sampled = new Set(BAD.map(([rule]) => rule))
    expect(STATEMENT_RULES.map(({ name }) => name).filter((name) => !sampled.has(name))).toEqual([])
  })

  it('lets the clock be read where it is kept, and only there', () => {
    const sql = 'select clock_timestamp()'
    expect(checkSql([text(sql, 'src/engine/clock.ts')])).toEqual([])
    expect(checkSql([text(sql)])).toHaveLength(1)
    expect(checkSql([text('select now()', 'src/engine/clock.ts')])).toHaveLength(1)
    const late = 'select 1 from accounts.hold where expires_at < clock_timestamp()'
    expect(checkSql([text(late, 'src/engine/clock.ts')])).toHaveLength(1)
  })

  it('sees a statement wherever a source keeps it, and what its holes stand for', () => {
    const hole = (name: string) => `\${${name}}`
    const source = [
      "const COLUMNS = 'a, now() as b'",
      '// select from nothing in a comment',
      'const A = { text: `',
      `  select ${hole('COLUMNS')} from accounts.entry where account_id = $1::text\` }`,
      "pool.query('delete from accounts.hold where call_id = $1')",
      `const said = \`select ${hole(`given(\`nested ${hole('1')}\`)`)} from x\``,
    ].join('\n')
    const found = sqlTextsOf({ path: 'src/x.ts', text: source })
    expect(found.map(({ line }) => line)).toEqual([3, 5, 6])
    expect(checkSql(found).map(({ rule }) => rule)).toEqual([
      'time and ids are parameters',
      'parameters are cast',
    ])
  })
})
