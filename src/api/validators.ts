import { type Fault, faultAt } from '../contract/problem-words/faults.ts'
import { type OperationId, ROUTES, type Route } from '../contract/routes/index.ts'
import { compileValidator, fromText, type Validator } from '../contract/validate.ts'

/** The parts of a request that a route has schemas for, compiled once. */
export interface RouteValidator {
  check(request: RequestParts): {
    readonly params: unknown
    readonly query: unknown
    readonly faults: readonly Fault[]
  }
}

interface RequestParts {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

type Texts = Readonly<Record<string, unknown>>

export function validatorOf(id: OperationId): RouteValidator {
  const route: Route = ROUTES[id]
  const path = route.params && compileValidator(route.params, 'path')
  const search = route.query && compileValidator(route.query, 'query')
  const body = route.body && compileValidator(route.body, 'body')
  return {
    check: (request) => {
      const params = route.params ? fromText(route.params, request.params as Texts) : undefined
      const query = route.query ? fromText(route.query, request.query as Texts) : undefined
      const faults = [
        ...(path?.faults(params) ?? []),
        ...(search?.faults(query) ?? unwanted(request.query)),
        ...bodyFaults(body, request.body),
      ]
      return { params, query, faults }
    },
  }
}

/** A route that takes no query says so, instead of ignoring what somebody meant. */
const unwanted = (query: unknown): Fault[] =>
  Object.keys((query ?? {}) as Texts).map((name) =>
    faultAt(`query/${name.slice(0, 100)}`, 'parameter_unknown'),
  )

function bodyFaults(validator: Validator | undefined, body: unknown): readonly Fault[] {
  if (validator)
    return body === undefined ? [faultAt('body', 'body_missing')] : validator.faults(body)
  const isEmpty = body === undefined || body === null || Object.keys(body).length === 0
  return isEmpty ? [] : [faultAt('body', 'body_unwanted')]
}
