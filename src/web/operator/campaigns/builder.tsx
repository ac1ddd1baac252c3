import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { choiceOf, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  Disclosure,
  Notice,
  PageHead,
  Panel,
  ProblemNotice,
  Row,
  Stack,
  TextArea,
} from '../../kit/index.ts'
import { kitWords } from '../../words/kit.ts'
import {
  AmountFields,
  ExpiryFields,
  LimitFields,
  ReviewFields,
  UseFields,
} from './amount-fields.tsx'
import { builderWords } from './builder-words.ts'
import { addressOf } from './campaigns.tsx'
import { type CampaignDocument, EMPTY, pruned } from './document.ts'
import { Gallery } from './gallery.tsx'
import { RuleFields } from './rule-fields.tsx'
import { TEMPLATES } from './templates.ts'
import { NameFields, WindowFields } from './term-fields.tsx'
import { campaignWords } from './words.ts'

export interface PartProps {
  readonly document: CampaignDocument
  readonly change: (change: Partial<CampaignDocument>) => void
}

const VIEWS = ['form', 'json'] as const

/** A new campaign: filled in or written as JSON, checked by the server, drafted. */
export function Builder() {
  const words = useWords(campaignWords)
  const own = useWords(builderWords)
  const [search] = useUrlState()
  const template = textOf(search, 'template')
  const start = TEMPLATES.find(({ id }) => id === template) ?? EMPTY
  return (
    <Stack gap={4}>
      <PageHead title={own.title} lead={own.lead} />
      {template === undefined && (
        <Disclosure title={words.templates}>
          <Gallery />
        </Disclosure>
      )}
      <Form key={template ?? ''} start={start} />
    </Stack>
  )
}

function Form({ start }: { readonly start: CampaignDocument }) {
  const words = useWords(builderWords)
  const [search, changeUrl] = useUrlState()
  const view = choiceOf(search, 'view', VIEWS)
  const [document, setDocument] = useState(start)
  const [text, setText] = useState<string>()
  const json = text === undefined ? undefined : parsed(text)
  const isWrong = text !== undefined && json === undefined
  const current = pruned(json ?? document)
  const goTo = (next: (typeof VIEWS)[number]): void => {
    if (next === 'form' && json) setDocument(json)
    setText(next === 'json' ? JSON.stringify(pruned(document), null, 2) : undefined)
    changeUrl({ view: next === 'form' ? undefined : next }, { replace: true })
  }
  return (
    <Stack gap={4}>
      <Choices
        label={words.view}
        value={view}
        options={VIEWS.map((value) => ({ value, label: words[value] }))}
        onChange={goTo}
      />
      {view === 'json' ? (
        <TextArea
          label={words.json}
          rows={24}
          spellCheck={false}
          value={text ?? JSON.stringify(pruned(document), null, 2)}
          error={isWrong ? words.jsonWrong : undefined}
          onChange={(event) => setText(event.target.value)}
        />
      ) : (
        <Parts
          document={document}
          change={(change) => setDocument((before) => ({ ...before, ...change }))}
        />
      )}
      <Send document={current} isWrong={isWrong} />
    </Stack>
  )
}

/** Checks the document, or drafts it. */
function Send({
  document,
  isWrong,
}: {
  readonly document: CampaignDocument
  readonly isWrong: boolean
}) {
  const words = useWords(builderWords)
  const navigate = useNavigate()
  const check = useMutation({ mutationFn: () => api.campaigns.validate(document as never) })
  const draft = useMutation({
    mutationFn: () => api.campaigns.create(document),
    onSuccess: ({ campaign_id }) => navigate({ to: addressOf(campaign_id) }),
  })
  return (
    <>
      <Checked check={check} />
      {draft.error && <ProblemNotice error={draft.error} />}
      <Row>
        <Button
          icon="check"
          busy={check.isPending}
          disabled={isWrong}
          onClick={() => check.mutate()}
        >
          {words.check}
        </Button>
        <Button
          kind="primary"
          busy={draft.isPending}
          disabled={isWrong}
          onClick={() => draft.mutate()}
        >
          {words.draft}
        </Button>
      </Row>
    </>
  )
}

function parsed(text: string): CampaignDocument | undefined {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? { ...EMPTY, ...read } : undefined
  } catch {
    return undefined
  }
}

function Parts(props: PartProps) {
  const words = useWords(builderWords)
  return (
    <>
      <Panel title={words.what}>
        <NameFields {...props} />
      </Panel>
      <Panel title={words.who}>
        <RuleFields {...props} />
      </Panel>
      <Panel title={words.when2}>
        <WindowFields {...props} />
      </Panel>
      <Panel title={words.howMuch}>
        <AmountFields {...props} />
      </Panel>
      <Panel title={words.ends2}>
        <ExpiryFields {...props} />
      </Panel>
      <Panel title={words.use}>
        <UseFields {...props} />
      </Panel>
      <Panel title={words.limits}>
        <LimitFields {...props} />
      </Panel>
      <Panel title={words.abuse}>
        <ReviewFields {...props} />
      </Panel>
    </>
  )
}

type Check = ReturnType<
  typeof useMutation<Awaited<ReturnType<typeof api.campaigns.validate>>, Error, void>
>

function Checked({ check }: { readonly check: Pick<Check, 'data' | 'error'> }) {
  const words = useWords(builderWords)
  const kit = useWords(kitWords)
  if (check.error) return <ProblemNotice error={check.error} />
  if (!check.data) return null
  if (check.data.valid) return <Notice tone="ok" title={words.valid} alert />
  return (
    <Notice tone="danger" title={words.faults(check.data.errors.length)} alert>
      {check.data.errors.map(({ location, message, fix }) => (
        <p key={`${location} ${message}`}>
          <code>{location}</code> {kit.fault(message, fix)}
        </p>
      ))}
    </Notice>
  )
}
