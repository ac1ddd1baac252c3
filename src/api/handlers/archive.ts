import { formatInstant, instant } from '../../core/time/index.ts'
import type { Archive } from '../../store/archive/archive.ts'
import { archiveOf } from '../../store/archive/bodies.ts'
import { type KnownFile, knownFiles } from '../../store/archive/segments.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { type Handlers, ok } from '../handler.ts'

export const archiveHandlers: Handlers<'listArchiveFiles'> = {
  listArchiveFiles: async ({ query }, { pool, nowMs }) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const [after = ''] = decodeCursor('archive_files', ['string'], query.cursor) ?? []
    const found = await knownFiles(pool, { after, limit: limit + 1 })
    const { items, next_cursor } = pageOf(found, limit, (last) =>
      encodeCursor('archive_files', [last.file]),
    )
    const archive = archiveOf(pool)
    return ok({
      items: await Promise.all(
        items.map(async (own) => ({ ...own, state: await stateOf(archive, own) })),
      ),
      next_cursor,
      as_of: formatInstant(instant(nowMs())),
    })
  },
}

async function stateOf(archive: Archive | undefined, own: KnownFile) {
  if (archive === undefined) return 'no_directory'
  const bytes = await archive.sizeOf(own.file)
  if (bytes === null) return 'missing'
  return bytes === own.bytes ? 'present' : 'other_size'
}
