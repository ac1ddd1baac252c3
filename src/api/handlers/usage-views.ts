import { formatInstant, instant } from '../../core/time/index.ts'
import { derivedId } from '../../store/control/index.ts'
import {
  addView,
  changeView,
  listViews,
  readView,
  removeView,
  type UsageView,
} from '../../store/usage/views.ts'
import { replayedIf } from '../decide.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, keyOf, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { memberOf } from '../usage-question.ts'

const VIEWS_MAX = 200

type Views = 'listUsageViews' | 'createUsageView' | 'changeUsageView' | 'deleteUsageView'

export const usageViewHandlers: Handlers<Views> = {
  listUsageViews: async ({ params, caller }, { pool, nowMs }) => {
    await needAccount(pool, params.account_id)
    const memberId = memberOf(caller)
    const views = await listViews(pool, params.account_id, memberId)
    return ok({
      items: views.map((view) => viewJson(view, memberId)),
      as_of: formatInstant(instant(nowMs())),
    })
  },

  createUsageView: async (inbound, { pool, nowMs }) => {
    const { params, body, caller } = inbound
    await needAccount(pool, params.account_id)
    const memberId = memberOf(caller)
    const viewId = derivedId('view', params.account_id, memberId ?? '', keyOf(inbound))
    const at = instant(nowMs())
    const asked = { name: body.name, query: body.query, shared: body.shared ?? false }
    const view: UsageView = { viewId, ...asked, memberId, createdAt: at, updatedAt: at }
    const isNew = await addView(pool, params.account_id, view, VIEWS_MAX)
    const own = isNew ? view : await readView(pool, params.account_id, viewId)
    if (!own) throw new ProblemError('view_limit_reached')
    if (own.createdAt === own.updatedAt) sameAsAsked(own, asked)
    return replayedIf(!isNew, created(viewJson(own, memberId)))
  },

  changeUsageView: async (inbound, services) => {
    const { params, body, caller } = inbound
    await changeable(inbound, services)
    const view = await changeView(services.pool, params.account_id, params.view_id, {
      name: body.name ?? null,
      query: body.query ?? null,
      shared: body.shared ?? null,
      at: instant(services.nowMs()),
    })
    if (!view) throw new ProblemError('view_unknown')
    return ok(viewJson(view, memberOf(caller)))
  },

  deleteUsageView: async (inbound, services) => {
    const { params, caller } = inbound
    const view = await changeable(inbound, services)
    await removeView(services.pool, params.account_id, params.view_id)
    return ok(viewJson(view, memberOf(caller)))
  },
}

type Asked = Pick<UsageView, 'name' | 'query' | 'shared'>

/** A repeat that says something else is no repeat. */
function sameAsAsked(own: Asked, asked: Asked): void {
  for (const field of ['name', 'query', 'shared'] as const)
    if (own[field] !== asked[field]) throw new ProblemError('request_conflict', { field })
}

/** One's own; and those that are shared, for one who sees the whole account. */
async function changeable(
  { params, caller, reach }: Inbound<'changeUsageView' | 'deleteUsageView'>,
  { pool }: Services,
): Promise<UsageView> {
  await needAccount(pool, params.account_id)
  const view = await readView(pool, params.account_id, params.view_id)
  const isOwn = view?.memberId === memberOf(caller)
  if (!view || !(isOwn || (view.shared && reach === 'all'))) throw new ProblemError('view_unknown')
  return view
}

const viewJson = (view: UsageView, memberId: string | null) => ({
  view_id: view.viewId,
  name: view.name,
  query: view.query,
  shared: view.shared,
  own: view.memberId === memberId,
  member_id: view.memberId,
  created_at: formatInstant(view.createdAt),
  updated_at: formatInstant(view.updatedAt),
})
