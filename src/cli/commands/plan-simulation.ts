import type { Command } from 'commander'
import type { Answer, Body } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { readJson } from '../json-file.ts'
import { instantText, withServer } from '../options.ts'
import type { Bind } from '../program.ts'
import { type Cell, exactMoney, renderTable, sanitize } from '../render/index.ts'

export function registerPlanSimulation(plans: Command, bind: Bind): void {
  withServer(
    plans
      .command('simulate')
      .description('what a plan would have made of what an account did; reads only')
      .argument('<file>'),
  )
    .requiredOption('-a, --account <id>', 'whose calls')
    .requiredOption('--from <time>', 'not before', instantText)
    .option('--to <time>', 'before; now unless told', instantText)
    .action(bind(simulate))
}

const simulate: Handler = async (context, options, [file = '']) => {
  const found = await context.client().plans.simulate({
    document: readJson(file, context.io.cwd) as Body<'createPlan'>,
    account_id: String(options.account),
    from: String(options.from),
    ...(typeof options.to === 'string' && { to: options.to }),
  })
  if (context.json) context.printJson(found)
  else context.print(simulationLines(found, context))
  return undefined
}

type Simulation = Answer<'simulatePlan'>
type Sums = Simulation['totals']['really']

function simulationLines(found: Simulation, { style }: Context): string[] {
  const money = (amount: string): string => exactMoney(amount, found.currency)
  const row = (name: string, sums: Sums): Cell[] => [
    name,
    String(sums.calls),
    ...[sums.included, sums.promotional, sums.paid, sums.overage, sums.absorbed].map(money),
    String(sums.not_admitted),
  ]
  const right = { align: 'right' } as const
  return [
    ...renderTable(style, {
      columns: [
        { title: '', min: 12 },
        { title: 'calls', ...right, drop: 1 },
        { title: 'covered', ...right },
        { title: 'credit given', ...right, drop: 2 },
        { title: 'paid', ...right },
        { title: 'overage', ...right, drop: 3 },
        { title: 'not charged', ...right },
        { title: 'not admitted', ...right },
      ],
      rows: [
        row(`really (${found.really_on})`, found.totals.really),
        row(`on ${found.plan}`, found.totals.simulated),
        ...found.days.map((own) => row(own.day, own.simulated)),
      ],
    }),
    ...found.windows.map((peak) =>
      sanitize(`${peak.id}: at most ${money(peak.used)} of ${money(peak.capacity)} used.`),
    ),
    ...(found.partial ? [`Only what happened until ${found.to} was looked at.`] : []),
    ...(found.scoped_caps_left_out
      ? ['Caps of members, keys and projects were not looked at.']
      : []),
  ]
}
