import { instant } from '../core/time/index.ts'
import { auditNewEntries } from '../engine/audit/detect.ts'
import { remedy } from '../engine/audit/remedy.ts'
import { unaudited } from '../store/findings/cursor.ts'
import { unfinishedFindings } from '../store/findings/findings.ts'
import { loadAuditRefs, remedyPolicyInForce } from '../store/findings/refs.ts'
import type { JobDeps } from './definition.ts'
import { sweepAll, Tries } from './sweep-all.ts'

/** An audit is work for the processor: few at once, so that calls are not kept waiting. */
const AT_ONCE = 2
const REMEDIES_A_ROUND = 200

/**
 * Looks at every charge a second time, and does about what it finds what the operator's policy says. Two nodes
 * may do it at once: each finding is stored once, and refunded once.
 */
export async function detectAndRemedy({ pool, engine }: JobDeps, nowMs: number): Promise<number> {
  const at = instant(nowMs)
  const refs = await loadAuditRefs(pool)
  await sweepAll<string>({
    page: (after, limit) => unaudited(pool, { after: after ?? '', limit }),
    nameOf: (id) => id,
    work: (id) => auditNewEntries(pool, id, { refs, at }),
    pageMax: AT_ONCE,
  })
  const policy = await remedyPolicyInForce(pool)
  const tries = new Tries()
  for (const stored of await unfinishedFindings(pool, REMEDIES_A_ROUND))
    await tries.all(
      [stored],
      ({ finding }) => finding.key,
      (own) => remedy({ pool, engine, policy, at }, own),
    )
  return tries.count()
}
