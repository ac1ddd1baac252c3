import { type OperationId, ROUTES, type Route } from '../../contract/routes/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { type EndedOrder, listOrders } from '../../store/control/staff-orders.ts'
import { listVerifyRuns, readVerifyRun, type VerifyRun } from '../../store/verify/runs.ts'
import { callerId } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { inForm } from '../documents/form.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { instantOrNull } from '../read-in.ts'
import { DEAD_AFTER_MS, verifyRuns } from '../verify-runs.ts'

type AuditLog = 'listOrders' | 'startVerifyRun' | 'listVerifyRuns' | 'getVerifyRun'

export const auditLogHandlers: Handlers<AuditLog> = {
  listOrders: async (inbound, { pool, nowMs }) => {
    const { query } = inbound
    const limit = query.limit ?? PAGE_DEFAULT
    const found = await listOrders(pool, {
      actorId: query.actor ?? null,
      operations: operationsIn(query),
      accountId: query.account_id ?? null,
      from: instantOrNull(query.from),
      to: instantOrNull(query.to),
      before: decodeCursor('audit_log', ['number', 'string'], query.cursor),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('audit_log', [last.at, last.orderId]),
    )
    const orders = items.map(orderJson)
    const as_of = formatInstant(instant(nowMs()))
    return inForm(inbound, {
      name: `audit-log-${as_of.slice(0, 10)}`,
      json: () => ({ items: orders, next_cursor, as_of }),
      csv: () => ({
        columns: [
          'at',
          'actor',
          'name',
          'role',
          'operation',
          'account_id',
          'facts',
          'outcome',
          'code',
        ],
        rows: orders.map((own) => [
          own.at,
          own.actor.id,
          own.actor.name,
          own.actor.role,
          own.operation,
          own.account_id,
          JSON.stringify(own.facts),
          own.outcome,
          own.code,
        ]),
      }),
    })
  },

  startVerifyRun: async ({ body, caller }, services) => {
    const accountId = body.account_id ?? null
    if (accountId !== null) await needAccount(services.pool, accountId)
    const runId = await verifyRuns(services).start({ accountId, by: callerId(caller) })
    if (runId === null) throw new ProblemError('verify_running')
    const run = await readVerifyRun(services.pool, runId)
    return created(runJson(run!, services.nowMs()))
  },

  listVerifyRuns: async ({ query }, { pool, nowMs }) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const found = await listVerifyRuns(pool, {
      before: decodeCursor('verify_runs', ['number', 'string'], query.cursor),
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('verify_runs', [last.startedAt, last.runId]),
    )
    const now = nowMs()
    const as_of = formatInstant(instant(now))
    return ok({ items: items.map((run) => runJson(run, now)), next_cursor, as_of })
  },

  getVerifyRun: async ({ params }, { pool, nowMs }) => {
    const run = await readVerifyRun(pool, params.verify_run_id)
    if (!run) throw new ProblemError('verify_run_unknown')
    return ok(runJson(run, nowMs()))
  },
}

const IDS = Object.keys(ROUTES) as OperationId[]

/** Which operations are asked for; `null`: all. */
function operationsIn(query: { operation?: string; subject?: string }): readonly string[] | null {
  const { operation, subject } = query
  if (operation === undefined && subject === undefined) return null
  return IDS.filter(
    (id) =>
      (operation === undefined || id === operation) &&
      (subject === undefined || ROUTES[id].tag === subject),
  )
}

function orderJson(order: EndedOrder) {
  // An operation of an earlier version may be gone.
  const route: Route | undefined = ROUTES[order.operation as OperationId]
  return {
    order_id: order.orderId,
    at: formatInstant(order.at),
    actor: {
      type: order.actorType,
      id: order.actorId,
      name: order.actorName,
      role: order.role,
    },
    operation: order.operation,
    summary: route?.summary ?? order.operation,
    subject: route?.tag ?? '',
    account_id: order.accountId,
    facts: order.facts,
    outcome: outcomeOf(order.status),
    status: order.status,
    code: order.code,
  }
}

function outcomeOf(status: number | null): 'done' | 'refused' | 'failed' | 'unanswered' {
  if (status === null) return 'unanswered'
  if (status < 400) return 'done'
  return status < 500 ? 'refused' : 'failed'
}

function runJson(run: VerifyRun, nowMs: number) {
  const isDead = run.state === 'running' && nowMs - run.seenAt > DEAD_AFTER_MS
  const endedAt = isDead ? run.seenAt : run.endedAt
  return {
    run_id: run.runId,
    state: isDead ? 'stopped' : run.state,
    account_id: run.accountId,
    started_by: run.startedBy,
    started_at: formatInstant(run.startedAt),
    ended_at: endedAt === null ? null : formatInstant(endedAt),
    accounts_done: run.accountsDone,
    accounts_total: run.accountsTotal,
    report: run.report,
    as_of: formatInstant(instant(nowMs)),
  }
}
