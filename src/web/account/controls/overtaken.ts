import { EverycentProblem } from '../../../client/index.ts'
import { fieldsOf, textOf } from '../../parts/facts.ts'

/** Somebody else was first: what it is now, and who has made it so. */
export class Overtaken<T> extends Error {
  readonly theirs: T
  /** `null`: not known. */
  readonly by: { readonly who: string; readonly at: string } | null

  constructor(theirs: T, by: Overtaken<T>['by']) {
    super('it was changed meanwhile')
    this.theirs = theirs
    this.by = by
  }
}

/** Reads anew what a refused change has found; `null`: it was refused for another reason. */
export async function overtakenBy<T>(
  error: unknown,
  read: () => Promise<T>,
): Promise<Overtaken<T> | null> {
  if (!(error instanceof EverycentProblem) || error.code !== 'controls_changed') return null
  const changed = fieldsOf(error.body.changed)
  const [who, at] = [textOf(fieldsOf(changed.actor).id), textOf(changed.at)]
  return new Overtaken(await read(), at === '' ? null : { who, at })
}
