import type { Api } from './support.ts'

export const PAGE = { 'everycent-csrf': '1', 'sec-fetch-site': 'same-origin', host: 'localhost' }

export interface Sent {
  readonly cookie?: string
  readonly headers?: Record<string, string>
  readonly body?: object
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** Requests as pages of the web app send them. */
export async function send(api: Pick<Api, 'app'>, method: Method, url: string, sent: Sent = {}) {
  const { cookie, headers = PAGE, body } = sent
  const response = await api.app.inject({
    method,
    url,
    headers: { ...headers, ...(cookie !== undefined && { cookie }) },
    ...(body && { payload: body }),
  })
  return {
    status: response.statusCode,
    body: response.json(),
    cookie: `${response.headers['set-cookie'] ?? ''}`.split(';')[0] ?? '',
    headers: response.headers,
  }
}

/** Signs somebody in by a link of the operator; answers with the cookie. */
export async function signIn(api: Api, person: object): Promise<string> {
  const { path } = await api.done('createSignInLink', { body: person as never })
  const token = path.split('#token=')[1] ?? ''
  return (await send(api, 'POST', '/v1/sign_in/link', { body: { token } })).cookie
}
