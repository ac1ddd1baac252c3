import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { EverycentProblem } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang, usePreferences } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  Grid,
  Muted,
  Panel,
  ProblemNotice,
  Row,
  Stack,
  TextArea,
  TextField,
} from '../../kit/index.ts'
import { IntoView } from '../../parts/into-view.tsx'
import { type About, aboutOf, type Draft } from './about.ts'
import { OwnCheck } from './own-check.tsx'
import { disputeWords } from './words.ts'
import { WORDS_MAX } from './words-dialog.tsx'

interface OpenDisputeProps {
  readonly account: string
  readonly receipts: readonly string[]
  readonly purchase: string | undefined
  readonly onOpened: (caseId: string) => void
  readonly onCancel: () => void
}

/** What is objected to and why; our own check is shown before anything is sent. */
export function OpenDispute(props: OpenDisputeProps) {
  const { account, receipts, purchase, onOpened, onCancel } = props
  const words = useWords(disputeWords)
  const isUtc = usePreferences().zone === 'utc'
  const [draft, setDraft] = useState<Draft>({
    kind: purchase !== undefined && receipts.length === 0 ? 'purchase' : 'calls',
    calls: receipts.join('\n'),
    from: '',
    until: '',
    payment: purchase ?? '',
  })
  const [said, setSaid] = useState({ words: '', wants: '' })
  const [tried, setTried] = useState(false)
  const about = aboutOf(draft, isUtc)
  const send = useOpening(account, onOpened)
  const submit = (): void => {
    setTried(true)
    if (about !== undefined && said.words.trim() !== '') send.mutate({ about, ...said })
  }
  return (
    <IntoView>
      <Panel title={words.object}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <Stack gap={3}>
            <AboutFields draft={draft} onChange={setDraft} isWrong={tried && about === undefined} />
            {about !== undefined && <OwnCheck account={account} about={about} />}
            <WordFields said={said} onChange={setSaid} tried={tried} />
            {send.error && <ProblemNotice error={send.error} />}
            <Muted>{words.sendWhy}</Muted>
            <Row>
              <Button type="submit" kind="primary" busy={send.isPending}>
                {words.send}
              </Button>
              <Button onClick={onCancel}>{words.cancel}</Button>
            </Row>
          </Stack>
        </form>
      </Panel>
    </IntoView>
  )
}

const SERVER_FAULT = 500

/** Sent again by the network or by a second click, it is the same case. */
function useOpening(account: string, onOpened: (caseId: string) => void) {
  const lang = useLang()
  const queries = useQueryClient()
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())
  return useMutation({
    mutationFn: (own: { about: About; words: string; wants: string }) =>
      api.disputes.open(
        account,
        {
          about: own.about,
          words: own.words.trim(),
          language: lang,
          ...(own.wants.trim() !== '' && { wants: own.wants.trim() }),
        },
        { idempotencyKey },
      ),
    onSuccess: ({ case_id: id }) => {
      void queries.invalidateQueries({ queryKey: accountKey(account) })
      onOpened(id)
    },
    // What was refused is corrected, and then another request; what got no answer stays the same one.
    onError: (error) => {
      if (error instanceof EverycentProblem && error.status < SERVER_FAULT)
        setKey(crypto.randomUUID())
    },
  })
}

interface AboutFieldsProps {
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
  readonly isWrong: boolean
}

function AboutFields({ draft, onChange, isWrong }: AboutFieldsProps) {
  const words = useWords(disputeWords)
  const field = (name: Exclude<keyof Draft, 'kind'>, wrong: string) => ({
    value: draft[name],
    error: isWrong ? wrong : undefined,
    onChange: (event: { readonly target: { readonly value: string } }) =>
      onChange({ ...draft, [name]: event.target.value }),
  })
  const kinds = ['calls', 'period', 'purchase'] as const
  return (
    <>
      <Choices
        label={words.what}
        value={draft.kind}
        onChange={(kind) => onChange({ ...draft, kind })}
        options={kinds.map((value) => ({ value, label: words.whats[value] }))}
      />
      {draft.kind === 'calls' && (
        <TextArea
          label={words.receipts}
          hint={words.receiptsHint}
          spellCheck={false}
          {...field('calls', words.receiptsMissing)}
        />
      )}
      {draft.kind === 'period' && <PeriodFields field={field} />}
      {draft.kind === 'purchase' && (
        <TextField
          label={words.purchase}
          hint={words.purchaseHint}
          spellCheck={false}
          {...field('payment', words.purchaseMissing)}
        />
      )}
    </>
  )
}

interface PeriodFieldsProps {
  readonly field: (
    name: 'from' | 'until',
    wrong: string,
  ) => {
    readonly value: string
    readonly error: string | undefined
    readonly onChange: (event: { readonly target: { readonly value: string } }) => void
  }
}

function PeriodFields({ field }: PeriodFieldsProps) {
  const words = useWords(disputeWords)
  return (
    <Grid>
      <TextField type="datetime-local" label={words.from} {...field('from', words.periodWrong)} />
      <TextField
        type="datetime-local"
        label={words.until}
        hint={words.untilHint}
        {...field('until', words.periodWrong)}
      />
    </Grid>
  )
}

interface Said {
  readonly words: string
  readonly wants: string
}

function WordFields({
  said,
  onChange,
  tried,
}: {
  readonly said: Said
  readonly onChange: (said: Said) => void
  readonly tried: boolean
}) {
  const words = useWords(disputeWords)
  return (
    <Grid>
      <TextArea
        label={words.words}
        maxLength={WORDS_MAX}
        value={said.words}
        error={tried && said.words.trim() === '' ? words.wordsMissing : undefined}
        onChange={(event) => onChange({ ...said, words: event.target.value })}
      />
      <TextArea
        label={words.wants}
        maxLength={WORDS_MAX}
        value={said.wants}
        onChange={(event) => onChange({ ...said, wants: event.target.value })}
      />
    </Grid>
  )
}
