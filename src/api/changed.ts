import type pg from 'pg'
import { latestChange } from '../store/reads/control-changes.ts'
import type { Answer } from './problem-answer.ts'

/** Where a change was refused since somebody else came first: the same answer, with who that was, and when. */
export async function withChange(
  answer: Answer,
  pool: pg.Pool,
  about: { readonly accountId: string; readonly of: 'controls' | 'auto_reload' },
): Promise<Answer> {
  const body = answer.body as { readonly code?: unknown; readonly field?: unknown }
  if (body.code !== 'controls_changed') return answer
  const changed = await latestChange(pool, about, String(body.field ?? ''))
  return changed ? { ...answer, body: { ...body, changed } } : answer
}
