/**
 * What the command gives to the demo. The demo talks HTTP only; whatever needs the database or the
 * server itself is a function here.
 *
 * Before `runDemo` the command has: opened the database and migrated it (emptied first for
 * `--fresh`, together with what `memory` keeps), started the simulated provider with
 * `startUpstream({ seed })`, started the server with both upstreams pointing at it, and written the
 * operator token to its file. Afterwards it keeps the server up until Ctrl-C, or with `--check`
 * leaves with 0 or 1 as `DemoResult.ok` says.
 */
export interface DemoOptions {
  /** Gateway and HTTP API, without a trailing slash: `http://127.0.0.1:8787`. */
  readonly baseUrl: string
  readonly operatorToken: string
  /** Where a person finds the token: shown, never read. */
  readonly operatorTokenPath: string
  /** The simulated provider. */
  readonly upstreamUrl: string
  readonly verify: () => Promise<VerifySummary>
  /** Puts a bug into the gateway, or takes it out: it takes what a rate limit has cut for a success. */
  readonly setFault: (on: boolean) => void
  /** Computes a statement once more from its proof, as "everycent verify-statement" does. */
  readonly verifyStatement: (proof: {
    readonly bytes: Uint8Array
    /** Of the log, as it is published. */
    readonly key: string
  }) => Verdict
  /** Keeps a file of that name for the reader to try things on, and says where it is. */
  readonly keepFile: (name: string, bytes: Uint8Array) => string
  readonly memory: DemoMemory
  readonly ui: DemoUi
  /** Aborted by Ctrl-C: the replay ends where it is. */
  readonly signal: AbortSignal
  /** `--calls`; absent: the default, and no second replay where one was made before. */
  readonly calls?: number | 'all'
  /** `--seed`; 1 unless told. */
  readonly seed?: number
  /** Calls in flight; 48 unless told. */
  readonly concurrency?: number
  /** `--check`: no hints of what to do next. */
  readonly check?: boolean
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** The report of `verify`, as far as it is shown. */
export interface VerifySummary {
  readonly ok: boolean
  readonly accounts: number
  readonly entries: number
  readonly postings: number
  readonly checks: readonly {
    readonly invariant: number
    readonly checked: number
    readonly failed: number
  }[]
  readonly first: {
    readonly account_id: string
    readonly seq: number
    readonly message: string
  } | null
}

/** What a statement's proof has shown, as far as it is shown. */
export type Verdict =
  | {
      readonly ok: true
      readonly entries: number
      readonly lines: number
      /** Of the log. */
      readonly leaves: number
    }
  | {
      readonly ok: false
      /** The first thing that is not true. */
      readonly lie: string
    }

/** A small private file (mode 600) beside the operator token: keys are shown once, and kept here. */
export interface DemoMemory {
  /** What was written last; `undefined` when nothing was, or when it cannot be read. */
  read(): unknown
  write(value: unknown): void
}

export type DemoTone =
  | 'plain'
  | 'strong'
  | 'muted'
  | 'accent'
  | 'ok'
  | 'warn'
  | 'bad'
  | 'included'
  | 'promotional'
  | 'paid'
  | 'overage'

export type DemoCell = string | { readonly text: string; readonly tone?: DemoTone }

interface DemoTable {
  readonly columns: readonly {
    readonly title: string
    readonly align?: 'left' | 'right'
    readonly min?: number
    readonly drop?: number
  }[]
  readonly rows: readonly (readonly DemoCell[])[]
  readonly footer?: readonly DemoCell[]
}

/** The command line's renderer, bound to its style: `table: (t) => renderTable(style, t)`. */
export interface DemoUi {
  readonly interactive: boolean
  readonly unicode: boolean
  /** `Infinity` when the output is not a screen. */
  readonly columns: number
  write(text: string): unknown
  paint(tone: DemoTone, text: string): string
  table(table: DemoTable): string[]
  bar(
    parts: { readonly used: bigint; readonly total: bigint },
    width: number,
    tone?: DemoTone,
  ): string
  money(amount: string, currency: string): string
}

export interface DemoResult {
  /** Every sum agrees, verify is satisfied, and a replay showed each of its stories. */
  readonly ok: boolean
  /** What is wrong, a sentence each. */
  readonly problems: readonly string[]
  /** `false`: the accounts were there, and nothing was replayed. */
  readonly replayed: boolean
}
