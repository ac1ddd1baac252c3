import type { Client } from '../../client/index.ts'
import { readAmount, writeAmount } from './amounts.ts'
import { CAST } from './cast.ts'
import type { DemoTone, DemoUi } from './options.ts'
import { CURRENCY } from './seed.ts'
import type { Tally } from './tally.ts'
import { count, counted, tokens } from './words.ts'

const REDRAW_MS = 250
const ASK_MS = 1_000
const PLAIN_LINE_MS = 4_000
const LABEL_COLUMNS = 16
const BAR_COLUMNS = 28
/** Narrower screens would break lines, and the display could not redraw itself in its place. */
const COLUMNS_MIN = 80

/** What the API says at the moment about all accounts together, before the replay taken off. */
interface Meter {
  prompt: number
  cached: number
  output: number
  included: bigint
  promotional: bigint
  paid: bigint
  overage: bigint
  notBilled: number
}

const NOTHING: Meter = {
  prompt: 0,
  cached: 0,
  output: 0,
  included: 0n,
  promotional: 0n,
  paid: 0n,
  overage: 0n,
  notBilled: 0,
}

/** What the hourly sums say: every reader sees the same figures while the calls run. */
async function readMeter(client: Client): Promise<Meter> {
  const meter = { ...NOTHING }
  const usages = await Promise.all(
    CAST.map(({ id }) => client.accounts.usage(id, { group_by: 'total' })),
  )
  for (const { totals } of usages) {
    meter.prompt += totals.input_tokens + totals.cache_read_tokens + totals.cache_write_tokens
    meter.cached += totals.cache_read_tokens
    meter.output += totals.output_tokens
    meter.included += readAmount(totals.included)
    meter.promotional += readAmount(totals.promotional)
    meter.paid += readAmount(totals.paid)
    meter.overage += readAmount(totals.overage)
    meter.notBilled += totals.not_billed_attempts
  }
  return meter
}

export interface ProgressOptions {
  readonly ui: DemoUi
  readonly client: Client
  readonly tally: Tally
  readonly total: number
  readonly now: () => number
}

/** Shows the replay as it runs: on a terminal in place, elsewhere a line every few seconds. */
export class Progress {
  readonly #options: ProgressOptions
  readonly #startedMs: number
  readonly #inPlace: boolean
  #meter: Meter = NOTHING
  #drawn = 0
  #asking: Promise<void> | null = null
  readonly #timers: NodeJS.Timeout[] = []

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#startedMs = options.now()
    this.#timers.push(setInterval(() => this.#ask(), ASK_MS))
    this.#inPlace = options.ui.interactive && options.ui.columns >= COLUMNS_MIN
    this.#timers.push(setInterval(() => this.#draw(), this.#inPlace ? REDRAW_MS : PLAIN_LINE_MS))
  }

  /** Shows the last figures and leaves them there. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#asking
    this.#ask()
    await this.#asking
    this.#draw()
  }

  #ask(): void {
    this.#asking ??= readMeter(this.#options.client)
      .then((meter) => {
        this.#meter = meter
      })
      .catch(() => undefined)
      .finally(() => {
        this.#asking = null
      })
  }

  #draw(): void {
    if (this.#inPlace) this.#redraw()
    else this.#printLine()
  }

  #redraw(): void {
    const { ui } = this.#options
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : ''
    const lines = this.#lines()
    ui.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`)
    this.#drawn = lines.length
  }

  #printLine(): void {
    const { ui, tally, total } = this.#options
    const meter = this.#meter
    ui.write(
      `${count(tally.done)}/${count(total)} calls  ${this.#rate()}/s  ` +
        `${tokens(meter.prompt + meter.output)} tokens  refused ${count(tally.refused)}  ` +
        `tries at 0 ${count(meter.notBilled)}  retries ${count(tally.retries)}\n`,
    )
  }

  #rate(): number {
    const seconds = (this.#options.now() - this.#startedMs) / 1_000
    return seconds > 0 ? Math.round(this.#options.tally.done / seconds) : 0
  }

  #lines(): string[] {
    const { ui, tally, total } = this.#options
    const meter = this.#meter
    const percent = total === 0 ? 100 : Math.floor((tally.done * 100) / total)
    const done = ui.bar({ used: BigInt(tally.done), total: BigInt(total) }, BAR_COLUMNS, 'accent')
    const left = this.#secondsLeft()
    const cached = meter.prompt === 0 ? 0 : Math.round((meter.cached * 100) / meter.prompt)
    const line = (label: string, text: string): string =>
      `  ${ui.paint('muted', label.padEnd(LABEL_COLUMNS))}${text}`
    return [
      line('replay', `${done} ${percent} %  ${this.#rate()} calls/s${left}`),
      line(
        'calls',
        `${count(tally.done)} of ${count(total)}, ${count(tally.retries)} retries, ${count(tally.hungUp)} hung up`,
      ),
      line(
        'tokens',
        `${tokens(meter.prompt)} in (${cached} % from cache), ${tokens(meter.output)} out`,
      ),
      ...this.#fundingLines(line),
      line('refused', withDetails(tally.refused, tally.refusals)),
      line('tries at 0', withDetails(meter.notBilled, tally.troubles)),
    ]
  }

  #fundingLines(line: (label: string, text: string) => string): string[] {
    const { ui } = this.#options
    const { included, promotional, paid, overage } = this.#meter
    const total = included + promotional + paid + overage
    const row = (label: string, used: bigint, tone: DemoTone): string =>
      line(
        label,
        `${ui.bar({ used, total: total === 0n ? 1n : total }, BAR_COLUMNS, tone)} ${ui.money(writeAmount(used), CURRENCY)}`,
      )
    return [
      row('covered by plan', included, 'included'),
      row('promotional', promotional, 'promotional'),
      row('paid credit', paid, 'paid'),
      row('overage', overage, 'overage'),
    ]
  }

  #secondsLeft(): string {
    const { tally, total } = this.#options
    const rate = this.#rate()
    return rate > 0 && tally.done < total
      ? `  ${Math.ceil((total - tally.done) / rate)} s left`
      : ''
  }
}

const withDetails = (number: number, details: ReadonlyMap<string, number>): string =>
  details.size === 0 ? count(number) : `${count(number)}  (${counted(details, 2)})`
