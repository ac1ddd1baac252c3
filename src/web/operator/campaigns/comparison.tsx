import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { count, percent } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  type Column,
  Facts,
  Loaded,
  Muted,
  Notice,
  Panel,
  Split,
  Stack,
  Table,
} from '../../kit/index.ts'
import { campaignWords } from './words.ts'

type Answered = Answer<'compareCampaign'>
type Figure = NonNullable<Answered['figures']>['features']

interface FigureRow {
  readonly id: string
  readonly label: string
  readonly figure: Figure
  readonly isShare: boolean
}

const SIZES = ['claimers', 'too_recent', 'others', 'pairs', 'unmatched'] as const

/** Claimers beside accounts like them: no cause, and no figures where there are too few. */
export function Comparison({ id }: { readonly id: string }) {
  const words = useWords(campaignWords)
  const lang = useLang()
  const query = useQuery({
    queryKey: ['campaign', id, 'comparison', lang],
    queryFn: ({ signal }) => api.campaigns.comparison(id, { lang }, { signal }),
  })
  return (
    <Loaded query={query}>
      {(found) => (
        <Split
          main={
            <Panel title={words.tabs.comparison} asOf={found}>
              <Muted>{words.compareLead}</Muted>
              {found.suppressed !== null && <Notice tone="info" title={words.suppressed} />}
              {found.figures && <Figures figures={found.figures} />}
              <Stack gap={2}>
                {found.explanation.map((sentence) => (
                  <p key={sentence}>{sentence}</p>
                ))}
              </Stack>
            </Panel>
          }
          aside={
            <Panel title={words.accounts}>
              <Facts
                rows={SIZES.map(
                  (size) => [words.sizes[size], count(found.sizes[size], lang)] as const,
                )}
              />
            </Panel>
          }
        />
      )}
    </Loaded>
  )
}

function Figures({ figures }: { readonly figures: NonNullable<Answered['figures']> }) {
  const words = useWords(campaignWords)
  const lang = useLang()
  const decimal = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 })
  const shown = (value: number, { isShare }: FigureRow): string =>
    isShare ? percent(value, lang) : decimal.format(value)
  const rows: FigureRow[] = [
    { id: 'features', label: words.features, figure: figures.features, isShare: false },
    { id: 'models', label: words.models, figure: figures.models, isShare: false },
    ...figures.retention.map((figure, index) => ({
      id: `week ${index}`,
      label: words.retention(index + 1),
      figure,
      isShare: true,
    })),
  ]
  const value = (id: 'claimers' | 'others' | 'difference', label: string): Column<FigureRow> => ({
    id,
    label,
    numeric: true,
    cell: (row) => shown(row.figure[id], row),
  })
  const columns: Column<FigureRow>[] = [
    { id: 'figure', label: words.figure, cell: ({ label }) => label },
    value('claimers', words.claimers),
    value('others', words.others),
    value('difference', words.apart),
    {
      id: 'interval',
      label: words.interval,
      numeric: true,
      priority: 2,
      cell: (row) => `${shown(row.figure.least, row)} – ${shown(row.figure.most, row)}`,
    },
  ]
  return (
    <Table name={words.tabs.comparison} columns={columns} rows={rows} rowKey={({ id }) => id} />
  )
}
