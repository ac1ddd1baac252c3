import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, take } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { count } from '../../app/format.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  type Column,
  Confirm,
  Loaded,
  Muted,
  Panel,
  Select,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { Downloads } from '../../parts/download.tsx'
import { wordFor } from '../../parts/facts.ts'
import { useOrder } from '../../parts/use-order.ts'
import { type Explored, guessedBucket, periodQuery } from './query.ts'
import { usageWords } from './words.ts'

type Export = Answer<'getExport'>

const KINDS = ['rows', 'aggregates'] as const
const FORMATS = ['csv', 'jsonl', 'parquet'] as const
const SHOWN = 10
const WORKING_MS = 1_000

const TONES: Readonly<Record<Export['state'], Tone>> = {
  waiting: 'muted',
  working: 'accent',
  ready: 'ok',
  failed: 'danger',
  expired: 'muted',
}

const isUnfinished = ({ state }: Export): boolean => state === 'waiting' || state === 'working'

/** Files of what is chosen here, and how far each has come. */
export function Exports({ account, own }: { readonly account: string; readonly own: Explored }) {
  const words = useWords(usageWords)
  const may = useMay()
  const query = useQuery({
    queryKey: accountKey(account, 'exports'),
    queryFn: ({ signal }) => take(api.exports.list(account, { limit: SHOWN }, { signal }), SHOWN),
    refetchInterval: ({ state }) => (state.data?.some(isUnfinished) ? WORKING_MS : false),
  })
  const columns = useColumns(account)
  return (
    <Panel
      title={words.exports}
      actions={may('use_read') && <StartExport account={account} own={own} />}
    >
      <Loaded query={query}>
        {(items) => (
          <Table
            name={words.exports}
            columns={columns}
            rows={items}
            rowKey={({ export_id }) => export_id}
            empty={<Muted>{words.noExports}</Muted>}
          />
        )}
      </Loaded>
    </Panel>
  )
}

function useColumns(account: string): Column<Export>[] {
  const words = useWords(usageWords)
  return [
    { id: 'when', label: words.when, cell: ({ created_at }) => <Time at={created_at} /> },
    { id: 'kind', label: words.exportWhat, priority: 2, cell: ({ kind }) => words.kinds[kind] },
    { id: 'state', label: words.result, cell: (own) => <ExportState own={own} /> },
    {
      id: 'file',
      label: words.format,
      cell: (own) =>
        own.state === 'ready' ? (
          <Downloads
            label={words.download(own.file_name)}
            size="small"
            files={[
              {
                id: own.export_id,
                label: words.formats[own.format],
                name: own.file_name,
                type: 'application/octet-stream',
                read: () => api.exports.file(account, own.export_id),
              },
            ]}
          />
        ) : (
          words.formats[own.format]
        ),
    },
    {
      id: 'until',
      label: words.until,
      cell: ({ expires_at }) => <Time at={expires_at} form="date" />,
    },
  ]
}

function ExportState({ own }: { readonly own: Export }) {
  const words = useWords(usageWords)
  const lang = useLang()
  const done = count(own.rows_done, lang)
  return (
    <Stack gap={1}>
      <StateWord tone={TONES[own.state]}>{words.states[own.state]}</StateWord>
      <Muted>
        {own.state === 'working' && own.rows_total !== null
          ? words.progress(done, count(own.rows_total, lang))
          : words.rows(done)}
      </Muted>
      {own.failed_reason !== null && (
        <Muted>
          {wordFor(words.failedWhy, own.failed_reason)} {words.failedNext}
        </Muted>
      )}
    </Stack>
  )
}

type Kind = (typeof KINDS)[number]
type Format = (typeof FORMATS)[number]

/** The order of a file of what is chosen: sums are cut as they are here. */
function useExportOrder(account: string, own: Explored, kind: Kind, format: Format) {
  const time_zone = useTimeZone()
  return useOrder(account, (_: string, sending) => {
    const now = serverNow()
    const shape = {
      group_by: own.group,
      bucket: guessedBucket(own, now),
      time_zone,
      ...(own.tagKey !== undefined && { tag_key: own.tagKey }),
    }
    return api.exports.create(
      account,
      {
        ...{ kind, format, filters: own.filters },
        ...periodQuery(own, now),
        ...(kind === 'aggregates' && shape),
      },
      sending,
    )
  })
}

function StartExport({ account, own }: { readonly account: string; readonly own: Explored }) {
  const words = useWords(usageWords)
  const [kind, setKind] = useState<Kind>('rows')
  const [format, setFormat] = useState<Format>('csv')
  const order = useExportOrder(account, own, kind, format)
  return (
    <>
      <Button size="small" icon="download" data-export onClick={order.open}>
        {words.export}
      </Button>
      <Confirm
        title={words.exportTitle}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.exportDo}
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(`${kind} ${format}`)}
      >
        <Stack>
          <p>{words.exportSays}</p>
          <Choices
            label={words.exportWhat}
            value={kind}
            options={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
            onChange={setKind}
          />
          <Select
            label={words.format}
            value={format}
            options={FORMATS.map((value) => ({ value, label: words.formats[value] }))}
            onChange={(value) => setFormat(value as Format)}
          />
        </Stack>
      </Confirm>
    </>
  )
}
