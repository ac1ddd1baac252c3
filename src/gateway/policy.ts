/** How clients are told apart where neither key nor header names one. */
export interface ClientPattern {
  readonly userAgent: RegExp
  readonly client: string
}

export interface GatewayPolicy {
  /** How long a hold lives; calls that go on are extended every third of it. */
  readonly holdTtlMs: number
  /** After the client hung up: how long, and how many bytes, the provider is still read. */
  readonly drainMs: number
  readonly drainBytesMax: number
  readonly connectTimeoutMs: number
  /** How long the provider may stay silent: before its answer, and within it. */
  readonly upstreamTimeoutMs: number
  readonly upstreamConnectionsMax: number
  readonly bodyBytesMax: number
  /** Requests served at once; the next is refused before its body is read. */
  readonly callsMax: number
  /** Bytes of request bodies in memory, of all calls together; the next is refused. */
  readonly heldBytesMax: number
  /** An answer that is not streamed is held back until it is settled, up to this size. */
  readonly wholeBytesMax: number
  /** The most tokens that a byte of a request can hold is one over this. */
  readonly bytesPerTokenMax: number
  readonly bytesPerTokenExpected: number
  /** Assumed where neither request nor price book bounds the output. */
  readonly outputTokensDefault: number
  /** Searches assumed where the request does not bound them. */
  readonly webSearchesDefault: number
  /** Requests without a key of their own are recognised as retries for this long. */
  readonly retryWindowMs: number
  readonly rememberedCallsMax: number
  /** How long a retry waits for the attempt before it, before it is told to come again. */
  readonly attachWaitMs: number
  readonly replayBytesMax: number
  readonly replayEntryBytesMax: number
  readonly replayTtlMs: number
  /** How often one settled call is sent upstream again without a charge. */
  readonly freeForwardsMax: number
  /** How long an end of a call is tried to be posted, and how long the client waits for it. */
  readonly endRetryMs: number
  readonly endWaitMs: number
  /** Longer waits are told, but no client is asked to sit through them. */
  readonly retryAfterMaxMs: number
  /** How long `close` waits for calls in flight. */
  readonly closeMs: number
  readonly clients: readonly ClientPattern[]
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const MEGABYTE = 1024 * 1024

export const GATEWAY_POLICY: GatewayPolicy = {
  holdTtlMs: 15 * MINUTE_MS,
  drainMs: 30 * SECOND_MS,
  drainBytesMax: 8 * MEGABYTE,
  connectTimeoutMs: 10 * SECOND_MS,
  upstreamTimeoutMs: 10 * MINUTE_MS,
  upstreamConnectionsMax: 10_000,
  bodyBytesMax: 10 * MEGABYTE,
  callsMax: 10_000,
  heldBytesMax: 512 * MEGABYTE,
  wholeBytesMax: 32 * MEGABYTE,
  bytesPerTokenMax: 2,
  bytesPerTokenExpected: 4,
  outputTokensDefault: 4_096,
  webSearchesDefault: 10,
  retryWindowMs: 10 * MINUTE_MS,
  rememberedCallsMax: 100_000,
  attachWaitMs: 30 * SECOND_MS,
  replayBytesMax: 64 * MEGABYTE,
  replayEntryBytesMax: 4 * MEGABYTE,
  replayTtlMs: 2 * MINUTE_MS,
  freeForwardsMax: 2,
  endRetryMs: 2 * MINUTE_MS,
  endWaitMs: 2 * SECOND_MS,
  retryAfterMaxMs: MINUTE_MS,
  closeMs: 30 * SECOND_MS,
  clients: [],
}
