import { useState } from 'react'
import { choiceOf, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  type Column,
  Empty,
  Loaded,
  Row,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { StateLink } from '../state-link.tsx'
import { NewDraftDialog } from './new-draft.tsx'
import { OneDraft } from './one-draft.tsx'
import { type DraftState, type ListedDraft, useDrafts } from './queries.ts'
import { priceWords } from './words.ts'

const STATES = ['draft', 'published', 'discarded'] as const
export const DRAFT_TONES: Readonly<Record<DraftState, Tone>> = {
  draft: 'accent',
  published: 'ok',
  discarded: 'muted',
}

export function DraftsTab() {
  const words = useWords(priceWords)
  const [search, setSearch] = useUrlState()
  const [writing, setWriting] = useState(false)
  const state = choiceOf(search, 'state', STATES)
  const drafts = useDrafts(state)
  const named = textOf(search, 'draft')
  const open = (id: string | undefined) => setSearch({ draft: id })
  return (
    <Stack gap={4}>
      <Row between>
        <Choices
          label={words.show}
          value={state}
          options={STATES.map((value) => ({ value, label: words.states[value] }))}
          onChange={(value) => setSearch({ state: value === 'draft' ? undefined : value })}
        />
        <Button kind="primary" icon="plus" onClick={() => setWriting(true)}>
          {words.newDraft}
        </Button>
      </Row>
      <Loaded query={drafts}>{(items) => <DraftList drafts={items} onOpen={open} />}</Loaded>
      {named !== undefined && <OneDraft key={named} id={named} onClose={() => open(undefined)} />}
      <NewDraftDialog open={writing} onClose={() => setWriting(false)} />
    </Stack>
  )
}

interface DraftListProps {
  readonly drafts: readonly ListedDraft[]
  readonly onOpen: (id: string) => void
}

function DraftList({ drafts, onOpen }: DraftListProps) {
  const words = useWords(priceWords)
  const columns: readonly Column<ListedDraft>[] = [
    {
      id: 'book',
      label: words.book,
      cell: (draft) => (
        <StateLink change={{ draft: draft.draft_id }}>
          {draft.price_book_id ?? draft.draft_id}
        </StateLink>
      ),
    },
    {
      id: 'state',
      label: words.state,
      cell: ({ state }) => <StateWord tone={DRAFT_TONES[state]}>{words.states[state]}</StateWord>,
    },
    { id: 'authors', label: words.authors, cell: ({ authors }) => authors.join(', ') },
    { id: 'note', label: words.note, priority: 2, cell: ({ note }) => note ?? '' },
    {
      id: 'revision',
      label: words.revision,
      numeric: true,
      priority: 1,
      cell: (own) => own.revision,
    },
    {
      id: 'changed',
      label: words.changed,
      priority: 1,
      cell: (own) => <Time at={own.updated_at} />,
    },
  ]
  return (
    <Table
      name={words.tabs.drafts}
      columns={columns}
      rows={drafts}
      rowKey={({ draft_id: id }) => id}
      onOpen={(draft) => onOpen(draft.draft_id)}
      empty={<Empty title={words.noDrafts} />}
    />
  )
}
