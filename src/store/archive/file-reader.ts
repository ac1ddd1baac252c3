import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet'
import { DECOMPRESSORS } from './format.ts'

/** What is needed to give a body back to its entry. */
export interface FoundRow {
  readonly accountId: string
  readonly seq: number
  readonly body: string
}

export interface RowGroup {
  /** Rows of the file, half-open. */
  readonly start: number
  readonly end: number
  readonly firstSeq: number
  readonly lastSeq: number
}

/** An archive file whose end has been read: it says where everything is. */
export interface OpenFile {
  readonly rows: number
  readonly groups: readonly RowGroup[]
  read(group: RowGroup): Promise<readonly FoundRow[]>
}

/** Throws when there is no such file, or it is no Parquet. */
export async function openFile(path: string): Promise<OpenFile> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  return {
    rows: Number(metadata.num_rows),
    groups: groupsOf(metadata),
    read: (group) => readGroup(file, metadata, group),
  }
}

const SEQ_COLUMN = 1

function groupsOf({ row_groups: groups }: FileMetaData): RowGroup[] {
  let start = 0
  return groups.map((group) => {
    const statistics = group.columns[SEQ_COLUMN]?.meta_data?.statistics
    const own = {
      start,
      end: start + Number(group.num_rows),
      // of the group's accounts together; without it, it is read to see
      firstSeq: Number(statistics?.min_value ?? 0),
      lastSeq: Number(statistics?.max_value ?? Number.MAX_SAFE_INTEGER),
    }
    start = own.end
    return own
  })
}

async function readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  { start, end }: RowGroup,
): Promise<FoundRow[]> {
  const rows = await parquetReadObjects({
    file,
    metadata,
    columns: ['account_id', 'seq', 'body'],
    rowStart: start,
    rowEnd: end,
    compressors: DECOMPRESSORS,
  })
  return rows.map((row) => ({
    accountId: row.account_id as string,
    seq: Number(row.seq),
    body: row.body as string,
  }))
}
