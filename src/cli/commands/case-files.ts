import type { Handler } from '../context.ts'
import type { Bind } from '../program.ts'
import { comparisonLines } from '../views/case-comparison.ts'
import type { Sub } from './cases.ts'
import { writeDocument } from './statements.ts'

/** What a case is looked at with, and what goes with it to others. */
export function registerCaseFiles(sub: Sub, bind: Bind): void {
  sub('compare', 'what was charged, beside what is right').action(bind(compare))
  sub('bundle', 'all that belongs to it, in one file')
    .requiredOption('--out <file>', 'where to')
    .action(bind(bundle))
}

const compare: Handler = async (context, _options, [id = '']) => {
  const own = await context.client().cases.compare(id)
  if (context.json) context.printJson(own)
  else context.print(comparisonLines(own, context))
  return undefined
}

const bundle: Handler = async (context, options, [id = '']) => {
  const own = await context.client().cases.bundle(id)
  const bytes = new TextEncoder().encode(`${JSON.stringify(own, null, 2)}\n`)
  writeDocument(context, options, { format: 'json', bytes })
  return undefined
}
