/** An error of the wire; status 0: the connection breaks before anything is done. */
export class WireError extends Error {
  readonly status: number
  readonly fields: Record<string, unknown>
  constructor(status: number, fields: Record<string, unknown>) {
    super(String(fields.code ?? fields.type))
    this.status = status
    this.fields = fields
  }
}

export const missing = (id: string): WireError =>
  new WireError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such object: '${id}'`,
  })

export const invalid = (code: string, message: string): WireError =>
  new WireError(400, { type: 'invalid_request_error', code, message })

export const unknownUrl = (method: string, path: string): WireError =>
  new WireError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}).`,
  })

export const errorReply = (error: WireError) => ({
  status: error.status,
  body: JSON.stringify({ error: error.fields }),
})
