import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Confirm,
  Disclosure,
  Facts,
  Loaded,
  Notice,
  Panel,
  ProblemNotice,
  Row,
  Stack,
  StateWord,
  Time,
} from '../../kit/index.ts'
import { DocumentField, documentIn } from '../document-field.tsx'
import { BookTables } from './book-tables.tsx'
import { DRAFT_TONES } from './drafts.tsx'
import { type Draft, useDraft } from './queries.ts'
import { priceWords } from './words.ts'

interface OneDraftProps {
  readonly id: string
  readonly onClose: () => void
}

export function OneDraft({ id, onClose }: OneDraftProps) {
  const words = useWords(priceWords)
  const draft = useDraft(id)
  return (
    <Panel
      title={`${words.draft} ${draft.data?.price_book_id ?? id}`}
      asOf={draft.data}
      actions={
        <Button size="small" onClick={onClose}>
          {words.close}
        </Button>
      }
    >
      <Loaded query={draft}>{(found) => <DraftBody draft={found} />}</Loaded>
    </Panel>
  )
}

function DraftBody({ draft }: { readonly draft: Draft }) {
  const words = useWords(priceWords)
  const { errors, state } = draft
  return (
    <Stack gap={4}>
      <Facts
        rows={[
          [
            words.state,
            <StateWord key="state" tone={DRAFT_TONES[state]}>
              {words.states[state]}
            </StateWord>,
          ],
          [words.authors, draft.authors.join(', ')],
          ...(draft.approved_by === null ? [] : [[words.approved, draft.approved_by] as const]),
          [words.revision, `${draft.revision}`],
          [words.note, draft.note ?? '–'],
          [words.changed, <Time key="changed" at={draft.updated_at} />],
        ]}
      />
      {errors.length === 0 ? (
        <Notice tone="ok" title={words.checked} />
      ) : (
        <Notice tone="warn" title={words.faults(errors.length)}>
          {errors.map(({ location, message }) => (
            <p key={`${location} ${message}`}>
              <code>{location}</code> {message}
            </p>
          ))}
        </Notice>
      )}
      {state === 'draft' && <DraftActions draft={draft} />}
      <BookTables document={draft.document} />
      {state === 'draft' && <Editing key={draft.revision} draft={draft} />}
    </Stack>
  )
}

/** Writes the document anew, as a new revision. */
function Editing({ draft }: { readonly draft: Draft }) {
  const words = useWords(priceWords)
  const client = useQueryClient()
  const [text, setText] = useState(() => JSON.stringify(draft.document, null, 2))
  const document = documentIn(text)
  const save = useMutation({
    mutationFn: (own: Record<string, unknown>) =>
      api.priceDrafts.revise(draft.draft_id, { revision: draft.revision, document: own }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['price-drafts'] }),
  })
  return (
    <Disclosure title={words.edit}>
      <Stack>
        <DocumentField text={text} onChange={setText} words={words.field} />
        {save.error && <ProblemNotice error={save.error} />}
        <Row>
          <Button
            busy={save.isPending}
            disabled={document === null}
            onClick={() => document && save.mutate(document)}
          >
            {words.save}
          </Button>
        </Row>
      </Stack>
    </Disclosure>
  )
}

function DraftActions({ draft }: { readonly draft: Draft }) {
  const words = useWords(priceWords)
  const [, setSearch] = useUrlState()
  const [doing, setDoing] = useState<'publish' | 'discard' | null>(null)
  const done = () => setDoing(null)
  const impactOf = `draft:${draft.draft_id}`
  return (
    <Row>
      <Button
        icon="usage"
        onClick={() => setSearch({ tab: 'impact', of: impactOf, draft: undefined })}
      >
        {words.seeImpact}
      </Button>
      {draft.errors.length === 0 && (
        <Button kind="primary" icon="check" onClick={() => setDoing('publish')}>
          {words.publish}
        </Button>
      )}
      <Button kind="danger" onClick={() => setDoing('discard')}>
        {words.discard}
      </Button>
      <PublishDialog draft={draft} open={doing === 'publish'} onClose={done} />
      <DiscardDialog draft={draft} open={doing === 'discard'} onClose={done} />
    </Row>
  )
}

interface EndProps {
  readonly draft: Draft
  readonly open: boolean
  readonly onClose: () => void
}

function PublishDialog({ draft, open, onClose }: EndProps) {
  const words = useWords(priceWords)
  const client = useQueryClient()
  const [, setSearch] = useUrlState()
  const publish = useMutation({
    mutationFn: () => api.priceDrafts.publish(draft.draft_id, { revision: draft.revision }),
    onSuccess: async (book) => {
      await client.invalidateQueries({ queryKey: ['price-drafts'] })
      await client.invalidateQueries({ queryKey: ['price-books'] })
      onClose()
      setSearch({ tab: undefined, draft: undefined, book: book.price_book_id })
    },
  })
  return (
    <Confirm
      title={words.publish}
      open={open}
      onClose={onClose}
      confirm={words.publish}
      busy={publish.isPending}
      error={publish.error}
      onConfirm={() => publish.mutate()}
    >
      <p>{words.publishSays(draft.price_book_id ?? '', draft.effective_from ?? '')}</p>
      <p>{words.publishSecond}</p>
    </Confirm>
  )
}

function DiscardDialog({ draft, open, onClose }: EndProps) {
  const words = useWords(priceWords)
  const client = useQueryClient()
  const discard = useMutation({
    mutationFn: () => api.priceDrafts.discard(draft.draft_id, { revision: draft.revision }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['price-drafts'] })
      onClose()
    },
  })
  return (
    <Confirm
      title={words.discard}
      danger
      open={open}
      onClose={onClose}
      confirm={words.discard}
      busy={discard.isPending}
      error={discard.error}
      onConfirm={() => discard.mutate()}
    >
      <p>{words.discardSays}</p>
    </Confirm>
  )
}
