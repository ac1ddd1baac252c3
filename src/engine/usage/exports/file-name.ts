import type { ExportRequest } from '../../../store/usage/exports.ts'

/** The name that a file is saved under, which says what it is of. */
export const fileName = (request: ExportRequest): string => {
  const [from, to] = [request.from.slice(0, 10), request.to.slice(0, 10)]
  return `${request.kind === 'rows' ? 'calls' : 'usage'}-${from}-${to}.${request.format}`
}
