import { advanceCases } from '../../../src/jobs/cases.ts'
import { finishClaims } from '../../../src/jobs/claims.ts'
import { workOnIncidents } from '../../../src/jobs/incidents.ts'
import { recoverPayments, sweepReloads } from '../../../src/jobs/payments.ts'
import { renewDue } from '../../../src/jobs/renewals.ts'
import { closeStatements } from '../../../src/jobs/statements.ts'
import { sweepDue, sweepHolds } from '../../../src/jobs/sweep.ts'
import { caseRefunds } from '../../../src/payments/case-refunds.ts'
import { lookOut } from './alerts.ts'
import type { Scene } from './calls.ts'
import type { Life, SimulatedNode } from './node.ts'
import { planted } from './plants.ts'
import type { Plant } from './world.ts'

interface Job {
  readonly name: string
  readonly run: (life: Life, nowMs: number, plant: Plant | null) => Promise<unknown>
  /** With this bug it is never run. */
  readonly without?: Plant
}

const JOBS: readonly Job[] = [
  { name: 'holds', run: ({ pool, engine }, now) => sweepHolds(pool, engine, now) },
  {
    name: 'due',
    run: ({ pool, engine }, now) => sweepDue(pool, engine, now),
    without: 'forgets_breakage',
  },
  { name: 'payments', run: ({ payments }, now) => recoverPayments(payments, now) },
  { name: 'reloads', run: ({ payments }, now) => sweepReloads(payments, now) },
  { name: 'renewals', run: (life, now) => renewDue(life, now) },
  { name: 'claims', run: ({ pool, engine }, now) => finishClaims(pool, engine, now) },
  {
    name: 'statements',
    run: ({ pool, engine }, now, plant) =>
      closeStatements({ pool, engine: planted.billing(plant, engine) }, now),
    without: 'closes_nothing',
  },
  {
    name: 'cases',
    run: ({ pool, engine, payments }, now, plant) =>
      advanceCases({
        ...{ pool, engine: planted.cases(plant, engine) },
        nowMs: () => now,
        purchases: caseRefunds(payments),
      }),
  },
  {
    name: 'incidents',
    run: ({ pool, engine }, now, plant) =>
      workOnIncidents({ pool, engine: planted.incidents(plant, engine) }, now),
  },
  {
    name: 'detection',
    run: ({ detection, ...life }, now) => detection.round(life, now),
    without: 'audits_nothing',
  },
]

/** A round of the jobs, on one server by its own clock. */
export async function round(scene: Scene, node: SimulatedNode): Promise<void> {
  scene.world.note(`jobs on ${node.name}`)
  for (const job of JOBS) {
    if (job.without !== undefined && job.without === scene.plant) continue
    // a job that fails holds up no other
    await node.attempt(async (life) => {
      await job.run(life, life.engine.now(), scene.plant)
    })
  }
  await lookOut(scene, node)
}
