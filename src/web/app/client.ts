import { createClient } from '../../client/index.ts'
import { observeDate } from './clock.ts'

type Fetch = typeof fetch

/** What stands between the app and the network, for what answers ask for (a fresh sign-in). */
type Interceptor = (again: () => Promise<Response>, response: Response) => Promise<Response>

let interceptor: Interceptor | undefined

/** One interceptor sees every answer that is an error, and may try the same request again. */
export function interceptWith(own: Interceptor): () => void {
  interceptor = own
  return () => {
    if (interceptor === own) interceptor = undefined
  }
}

let caseId: string | undefined

/** Until it is ended, requests say that they are made for a case: the access log of the account names it. */
export function workingOn(id: string): () => void {
  caseId = id
  return () => {
    if (caseId === id) caseId = undefined
  }
}

/** Requests of the app: with the session’s cookie, and with the header that no other site can send. */
const sessionFetch: Fetch = async (input, init) => {
  const headers = new Headers(init?.headers)
  headers.set('everycent-csrf', '1')
  // Problems come in the language of the screens.
  headers.set('accept-language', document.documentElement.lang)
  if (caseId !== undefined) headers.set('everycent-case', caseId)
  const perform = () => fetch(input, { ...init, headers, credentials: 'same-origin' })
  const response = await perform()
  observeDate(response.headers.get('date'))
  return response.ok || interceptor === undefined ? response : interceptor(perform, response)
}

export const api = createClient({
  baseUrl: location.origin,
  fetch: sessionFetch,
  retriesMax: 2,
})
