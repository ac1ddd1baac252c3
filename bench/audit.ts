// `npm run bench:audit [-- --calls=1000000 --each=25 --seed=1]`: ordinary calls through the real core,
// faults planted among them, and what the audit finds. Exits with 1 unless it is all of them and no more.
import { type AuditReport, isPerfect, runAudit } from './audit/run.ts'

const option = (name: string, otherwise: number): number => {
  const given = process.argv.find((word) => word.startsWith(`--${name}=`))
  const value = given === undefined ? otherwise : Number(given.slice(name.length + 3))
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`--${name} takes a whole number above zero`)
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`

function print({ ofRule }: AuditReport): void {
  const row = (cells: readonly (string | number)[]) =>
    console.log(
      cells
        .map((cell, index) => `${cell}`[index === 0 ? 'padEnd' : 'padStart'](index === 0 ? 26 : 11))
        .join(''),
    )
  row(['rule', 'planted', 'found', 'exact', 'false', 'precision', 'recall'])
  for (const [rule, { planted, found, exact, extra }] of ofRule)
    row([
      rule,
      planted,
      found,
      exact,
      extra,
      percent(found, found + extra),
      percent(found, planted),
    ])
}

const run = {
  calls: option('calls', 1_000_000),
  each: option('each', 25),
  seed: option('seed', 20_261_126),
}
console.log(`${run.calls} calls, ${run.each} faults of each kind, seed ${run.seed}`)
const started = performance.now()
const report = runAudit(run, (done) => console.log(`${done} calls`))
print(report)
const seconds = (performance.now() - started) / 1_000
const memory = Math.round(process.memoryUsage().rss / 1_048_576)
console.log(
  `${report.calls} calls, ${report.entries} entries of ${report.accounts} accounts in ${seconds.toFixed(0)} s, ${memory} MB`,
)
process.exitCode = isPerfect(report) ? 0 : 1
