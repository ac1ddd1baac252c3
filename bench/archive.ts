// `node --import tsx bench/archive.ts [--rounds=12]`: what an entry costs when it is written, in the schema as it
// is and in those that were weighed for growth (docs/decisions/0005-archive.md). SQL alone; the rounds of all
// schemas take turns, so that a busy machine is busy for each of them.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../src/store/embedded/index.ts'

const BATCH = 200
const BATCHES = 20
const MONTHS = 24
const given = process.argv.find((word) => word.startsWith('--rounds='))
const rounds = Number(given?.slice('--rounds='.length) ?? 12)

const months = (table: string): string =>
  Array.from({ length: MONTHS }, (_, index) => {
    const at = (add: number) => new Date(Date.UTC(2026, index + add, 1)).toISOString()
    return `create table ${table}_${index} partition of ${table} for values from ('${at(0)}') to ('${at(1)}') with (toast_tuple_target = 8160);`
  }).join('\n')

const row = (body: string, keys: string, more = '') => `(
  account_id text not null, seq bigint not null, kind text not null, request_id text collate "C" not null,
  at timestamptz not null, event_at timestamptz not null, ref_seq bigint, lot_id text, draw_key text,
  pending text, hash bytea not null ${body}, evidence text, evidence_removed_at timestamptz ${more}, ${keys})`

const indexes = (table: string) => `
  create index on ${table} (account_id, lot_id) where lot_id is not null;
  create index on ${table} (account_id, draw_key, seq) where draw_key is not null;
  create index on ${table} (account_id, pending, seq) where pending is not null;`

const PK = 'primary key (account_id, seq)'
const ENTRY = 'account_id, seq, kind, request_id, at, event_at, hash'
const INPUT = `select account_id, seq, 'settle' as kind, request_id, at, at as event_at,
    decode(hash, 'hex') as hash, body::json as body
  from rows from (unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[]),
    string_to_table($6::text, chr(10))) as i(account_id, seq, request_id, at, hash, body)`

interface Schema {
  readonly name: string
  readonly ddl: string
  readonly insert: string
}

const SCHEMAS: readonly Schema[] = [
  {
    name: 'as it was',
    ddl: `create table was ${row(', body json not null', PK)} with (toast_tuple_target = 8160);
      create unique index on was (account_id, request_id, kind); ${indexes('was')}`,
    insert: `insert into was (${ENTRY}, body) ${INPUT}`,
  },
  {
    name: 'archive',
    ddl: `create table archive ${row(
      ', body json',
      PK,
      `, excerpt json, segment integer,
        check (body is not null or (excerpt is not null and segment is not null))`,
    )} with (toast_tuple_target = 8160);
      create unique index on archive (account_id, request_id, kind); ${indexes('archive')}`,
    insert: `insert into archive (${ENTRY}, body) ${INPUT}`,
  },
  {
    name: 'archive, no check',
    ddl: `create table nocheck ${row(', body json', PK, ', excerpt json, segment integer')} with (toast_tuple_target = 8160);
      create unique index on nocheck (account_id, request_id, kind); ${indexes('nocheck')}`,
    insert: `insert into nocheck (${ENTRY}, body) ${INPUT}`,
  },
  {
    name: 'partitions and keys',
    ddl: `create table parted ${row(', body json not null', 'primary key (account_id, seq, at)')}
        partition by range (at);
      create table parted_key (account_id text not null, request_id text collate "C" not null, kind text not null,
        seq bigint not null, at timestamptz not null, primary key (account_id, request_id, kind));
      create unique index on parted_key (account_id, seq); ${indexes('parted')} ${months('parted')}`,
    insert: `with i as materialized (${INPUT}), k as (
        insert into parted_key select account_id, request_id, kind, seq, at from i)
      insert into parted (${ENTRY}, body) select * from i`,
  },
  {
    name: 'bodies apart',
    ddl: `create table slim ${row('', PK)};
      create unique index on slim (account_id, request_id, kind); ${indexes('slim')}
      create table slim_body (account_id text not null, seq bigint not null, at timestamptz not null,
        body json not null, primary key (account_id, seq, at)) partition by range (at); ${months('slim_body')}`,
    insert: `with i as materialized (${INPUT}), b as (
        insert into slim_body select account_id, seq, at, body from i)
      insert into slim (${ENTRY}) select ${ENTRY} from i`,
  },
]

let serial = 0
function batch(): unknown[] {
  const at = new Date(Date.UTC(2026, 9, 15)).toISOString()
  const rows = Array.from({ length: BATCH }, () => {
    serial += 1
    const id = createHash('sha256').update(`${serial}`).digest('hex')
    const body = JSON.stringify({
      call: `call_${id}`,
      parts: Array.from({ length: 28 }, (_, n) => `${id}${n}`),
    })
    return {
      account: `acct_${serial % 500}`,
      seq: serial,
      call: `call_${id.slice(0, 32)}`,
      id,
      body,
    }
  })
  return [
    rows.map((own) => own.account),
    rows.map((own) => own.seq),
    rows.map((own) => own.call),
    rows.map(() => at),
    rows.map((own) => own.id),
    rows.map((own) => own.body).join('\n'),
  ]
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function main(client: pg.Client): Promise<void> {
  const wal = async (): Promise<bigint> => {
    const { rows } = await client.query<{ at: string }>(`select pg_current_wal_lsn() - '0/0' as at`)
    return BigInt(rows[0]!.at)
  }
  for (const { ddl } of SCHEMAS) await client.query(ddl)
  const micros = new Map(SCHEMAS.map(({ name }) => [name, [] as number[]]))
  const written = new Map<string, bigint>()
  for (let round = -2; round < rounds; round += 1)
    for (const { name, insert } of SCHEMAS) {
      const batches = Array.from({ length: BATCHES }, batch)
      await client.query('checkpoint')
      const before = await wal()
      const started = performance.now()
      for (const values of batches) await client.query({ name, text: insert, values })
      const took = performance.now() - started
      if (round < 0) continue
      micros.get(name)!.push((took * 1_000) / (BATCH * BATCHES))
      written.set(name, (written.get(name) ?? 0n) + (await wal()) - before)
    }
  for (const { name } of SCHEMAS) {
    const own = median(micros.get(name)!)
    const base = median(micros.get('as it was')!)
    const bytes = Number(written.get(name)!) / (rounds * BATCH * BATCHES)
    console.log(
      `${name.padEnd(22)}${own.toFixed(1).padStart(8)} µs an entry  ${(100 * (own / base - 1)).toFixed(1).padStart(6)} %  ${bytes.toFixed(0).padStart(6)} bytes of WAL`,
    )
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'everycent-bench-archive-'))
const server = await startEmbedded({ dataDir })
const client = new pg.Client({ connectionString: server.url })
await client.connect()
try {
  await client.query('set synchronous_commit = off')
  await main(client)
} finally {
  await client.end()
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
