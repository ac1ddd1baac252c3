import type { GatewayError } from './errors.ts'
import type { UpstreamError } from './upstream.ts'

const FAILURES: Readonly<
  Record<UpstreamError['kind'], Pick<GatewayError, 'status' | 'code' | 'message'>>
> = {
  refused: {
    status: 502,
    code: 'upstream_unreachable',
    message: 'The provider could not be reached. Nothing was charged.',
  },
  timeout: {
    status: 504,
    code: 'upstream_timeout',
    message: 'The provider did not answer in time. Nothing was charged.',
  },
  reset: {
    status: 502,
    code: 'upstream_connection_lost',
    message: 'The connection to the provider was lost before its answer. Nothing was charged.',
  },
  bounded: {
    status: 502,
    code: 'upstream_connection_lost',
    message: 'The answer of the provider was given up. Nothing was charged.',
  },
  closing: {
    status: 503,
    code: 'gateway_closing',
    message: 'The gateway is being restarted. Nothing was charged.',
  },
  unreadable: {
    status: 400,
    code: 'request_unsendable',
    message: 'The request has a header that cannot be sent on. Nothing was charged.',
  },
}

/** What a client is told whose provider gave it nothing. */
export const upstreamFailure = (error: UpstreamError | null, callId: string): GatewayError => {
  const kind = error?.kind ?? 'reset'
  return { ...FAILURES[kind], callId, retry: kind !== 'unreadable' }
}
