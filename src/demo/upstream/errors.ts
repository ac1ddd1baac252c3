import type { FaultName } from './faults.ts'
import type { ApiError, Dialect } from './surface.ts'

const ANTHROPIC_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
}

const OPENAI_TYPES: Record<number, string> = {
  429: 'requests',
  500: 'server_error',
  503: 'server_error',
}

const DEFAULT_RETRY_AFTER = '1'

export function apiError(
  dialect: Dialect,
  status: number,
  message: string,
  more: Partial<ApiError> = {},
): ApiError {
  const type =
    dialect === 'anthropic'
      ? (ANTHROPIC_TYPES[status] ?? 'api_error')
      : (OPENAI_TYPES[status] ?? 'invalid_request_error')
  return { status, type, message, ...more }
}

export function errorBody(dialect: Dialect, error: ApiError, requestId: string): string {
  if (dialect === 'openai') return JSON.stringify({ error: openAiError(error) })
  const details = error.code === undefined ? {} : { details: { error_code: error.code } }
  return JSON.stringify({
    type: 'error',
    error: { type: error.type, message: error.message, ...details },
    request_id: requestId,
  })
}

export function openAiError(error: ApiError): Record<string, string | null> {
  const { message, type, param = null, code = null } = error
  return { message, type, param, code }
}

export function missingKey(dialect: Dialect): ApiError {
  return dialect === 'anthropic'
    ? apiError(dialect, 401, 'x-api-key header is required')
    : apiError(dialect, 401, "You didn't provide an API key.")
}

export function invalidKey(dialect: Dialect): ApiError {
  return dialect === 'anthropic'
    ? apiError(dialect, 401, 'invalid x-api-key')
    : apiError(dialect, 401, 'Incorrect API key provided.', { code: 'invalid_api_key' })
}

export function unknownModel(dialect: Dialect, model: string): ApiError {
  return dialect === 'anthropic'
    ? apiError(dialect, 404, `model: ${model}`)
    : apiError(dialect, 404, `The model \`${model}\` does not exist or you do not have access.`, {
        code: 'model_not_found',
      })
}

/** The error with which a fault is answered before any output. */
export function rejectionOf(
  dialect: Dialect,
  fault: FaultName,
  asked: string | undefined,
): ApiError | undefined {
  const anthropic = dialect === 'anthropic'
  const retryAfter = asked === 'none' ? undefined : asked
  switch (fault) {
    case 'rate_limit':
      return apiError(dialect, 429, 'This request would exceed the rate limit.', {
        retryAfter: asked === undefined ? DEFAULT_RETRY_AFTER : retryAfter,
        code: anthropic ? undefined : 'rate_limit_exceeded',
      })
    case 'overloaded':
      return apiError(dialect, anthropic ? 529 : 503, 'Overloaded', { retryAfter })
    case 'server_error':
      return apiError(dialect, 500, 'Internal server error', { retryAfter })
    case 'bad_request':
      return apiError(dialect, 400, 'The request was found invalid.')
    default:
      return undefined
  }
}
