import type pg from 'pg'
import { textArray } from '../../../src/store/statements/arrays.ts'

/** Tables that grow with accounts or with traffic. */
const GROWING = new Set([
  ...['account', 'entry', 'posting', 'hold', 'call_fact', 'call_fact_cursor', 'usage_hour'],
  ...['member_usage_hour', 'cap_counter', 'audit_cursor', 'alert_watch', 'notification'],
  ...['evidence_cursor', 'account_directory', 'log_leaf', 'case_file'],
])

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

export interface Statement {
  readonly text: string
  /** Prepared under this name; `null`: planned anew each time. */
  readonly name: string | null
  readonly values: readonly unknown[]
}

/** What a statement reads of tables that grow. */
export interface Reading {
  readonly statement: Statement
  /** Rows that were looked at, whether they were wanted or not. */
  readonly rows: number
  /** The table or index with most of them. */
  readonly most: string
}

/** How a statement is planned: for its values; for any values; or for any, and as the engine asks for it. */
export type Planning = 'custom' | 'generic' | 'engine'

const SETTINGS: Readonly<Record<Planning, string>> = {
  custom: 'set local enable_seqscan = on',
  generic: "set local plan_cache_mode = 'force_generic_plan'",
  engine: "set local plan_cache_mode = 'force_generic_plan'; set local enable_seqscan = off",
}

/** Runs a statement again, takes back what it wrote, and says what it looked at. */
export async function readingOf(
  client: pg.ClientBase,
  statement: Statement,
  planning: Planning,
): Promise<Reading> {
  await client.query('begin')
  try {
    await client.query(SETTINGS[planning])
    const plan = await planOf(client, statement, planning)
    const scans = nodesOf(plan).filter(isOfGrowing)
    const most = scans.reduce<PlanNode | null>(
      (best, own) => (best && rowsOf(best) >= rowsOf(own) ? best : own),
      null,
    )
    return {
      statement,
      rows: scans.reduce((sum, own) => sum + rowsOf(own), 0),
      most: most?.['Index Name'] ?? most?.['Relation Name'] ?? '',
    }
  } finally {
    await client.query('rollback')
  }
}

const EXPLAIN = 'explain (analyze, timing off, buffers off, format json)'

async function planOf(
  client: pg.ClientBase,
  { text, values }: Statement,
  planning: Planning,
): Promise<PlanNode> {
  type Row = { readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }
  if (planning === 'custom') {
    const { rows } = await client.query<Row>(`${EXPLAIN} ${text}`, [...values])
    return rows[0]!['QUERY PLAN'][0].Plan
  }
  await client.query(`prepare again as ${text}`)
  const given = values.map((own) => literalOf(client, own))
  const { rows } = await client.query<Row>(
    `${EXPLAIN} execute again${given.length > 0 ? `(${given.join(', ')})` : ''}`,
  )
  await client.query('deallocate again')
  return rows[0]!['QUERY PLAN'][0].Plan
}

function literalOf(client: pg.ClientBase, value: unknown): string {
  if (value === null) return 'null'
  return client.escapeLiteral(Array.isArray(value) ? textArray(value.map(String)) : String(value))
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

const isOfGrowing = (node: PlanNode): boolean =>
  node['Node Type'].includes('Scan') && GROWING.has(node['Relation Name'] ?? '')

/** PostgreSQL gives them as an average of the loops. */
const rowsOf = (node: PlanNode): number =>
  ((node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0)) *
  (node['Actual Loops'] ?? 0)
