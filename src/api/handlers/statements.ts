import { Readable } from 'node:stream'
import { PROOF_TYPE } from '../../contract/routes/forms.ts'
import { statementTable } from '../../contract/statements/index.ts'
import { MONEY_SOURCES, type StatementDocument } from '../../core/ledger/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { openStatement, storeClosed } from '../../engine/billing/build.ts'
import { statementProof } from '../../engine/billing/proof/export.ts'
import { listStatements, readStatement } from '../../store/billing/statements.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { inForm } from '../documents/form.ts'
import { statementPdf } from '../documents/statement-pdf.ts'
import { type Handlers, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'

export const statementHandlers: Handlers<'listStatements' | 'getStatement' | 'getStatementProof'> =
  {
    listStatements: async ({ params, query }, services) => {
      const { state, at } = await needState(services, params.account_id)
      // those that were closed a moment ago, whoever has not stored them yet
      await storeClosed(services.pool, state)
      const [before] = decodeCursor('statements', ['number'], query.cursor) ?? [null]
      const limit = query.limit ?? PAGE_DEFAULT
      const found = await listStatements(services.pool, params.account_id, {
        before,
        limit: limit + 1,
      })
      const { items, next_cursor } = pageOf(found, limit, (last) =>
        encodeCursor('statements', [last.number]),
      )
      return ok({
        items: items.map(listed),
        next_cursor,
        as_of: formatInstant(at),
        seq: state.seq,
      })
    },

    getStatement: async (inbound, services) => {
      const { params, query } = inbound
      const own = await statementNamed(services, params.account_id, params.statement_number)
      return inForm(inbound, {
        name: own.label,
        json: () => own,
        csv: () => statementTable(own),
        pdf: () => statementPdf(own, query.lang ?? 'en'),
      })
    },

    getStatementProof: async ({ params, reply, request }, services) => {
      const { pool, sealing } = services
      const { own } = await statementFound(services, params.account_id, params.statement_number)
      if (!sealing) throw new ProblemError('sealing_off')
      const lines = await statementProof({ pool, signer: sealing }, own)
      if (!lines) throw new ProblemError('head_not_sealed', { headers: { 'retry-after': '5' } })
      // a line after the other: a long cycle is never in memory as a whole
      reply
        .header('x-request-id', request.id)
        .header('content-type', PROOF_TYPE)
        .header('content-disposition', `attachment; filename="${own.label}.proof.jsonl"`)
        .send(Readable.from(lines))
      return 'sent'
    },
  }

/** A statement with the moment that it is of: a closed one is of the end of its cycle. */
async function statementNamed(services: Services, accountId: string, named: string) {
  const { own, at } = await statementFound(services, accountId, named)
  return dated(own, at)
}

async function statementFound(services: Services, accountId: string, named: string) {
  const { state, at } = await needState(services, accountId)
  if (named === 'open') return { own: await openStatement(services.pool, state), at }
  await storeClosed(services.pool, state)
  const own = await readStatement(services.pool, accountId, Number(named))
  if (!own) throw new ProblemError('statement_unknown')
  return { own, at }
}

const dated = (own: StatementDocument, now: Instant) => ({
  ...own,
  as_of: own.closed === null ? formatInstant(now) : own.end,
  seq: own.entries.last_seq,
})

const listed = (own: StatementDocument) => ({
  label: own.label,
  account_id: own.account_id,
  account_name: own.account_name,
  currency: own.currency,
  number: own.number,
  status: own.status,
  start: own.start,
  end: own.end,
  previous_hash: own.previous_hash,
  hash: own.hash,
  closed: own.closed,
  entries: own.entries,
  balances: Object.fromEntries(
    MONEY_SOURCES.map((source) => [source, own.balances[source].closing]),
  ),
})
