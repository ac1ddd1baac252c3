import Type from 'typebox'
import { ArchiveFileSchema } from '../schemas/archive.ts'
import { Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

export const archiveRoutes = {
  listArchiveFiles: route({
    method: 'GET',
    path: '/v1/archive/files',
    permission: 'operator',
    idempotency: 'none',
    tag: 'Server',
    summary: 'List the files of the archive, and whether each is there',
    query: Type.Object({ cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }, strict),
    success: {
      status: 200,
      description: 'By name.',
      schema: page(ArchiveFileSchema, 'A page of files.'),
    },
    problems: ['cursor_invalid'],
  }),
}
