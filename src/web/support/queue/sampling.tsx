import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { count, percent } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Loaded, Panel, Row, Stack, TextArea } from '../../kit/index.ts'
import type { CaseRow } from './filters.tsx'
import { queueWords } from './words.ts'

const HUNDRED = 100

/** How often people agree with what was decided without them. */
export function Sampling() {
  const words = useWords(queueWords)
  const lang = useLang()
  const query = useQuery({
    queryKey: ['cases', 'sampling'],
    queryFn: ({ signal }) => api.cases.sampling({ signal }),
  })
  return (
    <Panel title={words.sampling} asOf={query.data}>
      <Loaded query={query}>
        {({ agreement_percent, agreed, disagreed, to_sample }) => (
          <p>
            {agreement_percent === null
              ? words.samplingNone
              : words.agreement(
                  percent(agreement_percent / HUNDRED, lang),
                  count(agreed, lang),
                  count(disagreed, lang),
                )}{' '}
            {words.toLook(count(to_sample, lang))}
          </p>
        )}
      </Loaded>
    </Panel>
  )
}

/** Whether an automatic decision was right, with what was looked at. */
export function SampleButtons({ row }: { readonly row: CaseRow }) {
  const words = useWords(queueWords)
  const [agree, setAgree] = useState<boolean>()
  if (row.sample !== 'to_sample') return null
  return (
    <>
      <Row>
        <Button size="small" icon="check" onClick={() => setAgree(true)}>
          {words.right}
        </Button>
        <Button size="small" icon="cross" onClick={() => setAgree(false)}>
          {words.wrong}
        </Button>
      </Row>
      {agree !== undefined && (
        <SampleAnswer id={row.case_id} agree={agree} onClose={() => setAgree(undefined)} />
      )}
    </>
  )
}

function SampleAnswer({
  id,
  agree,
  onClose,
}: {
  readonly id: string
  readonly agree: boolean
  readonly onClose: () => void
}) {
  const words = useWords(queueWords)
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const answer = useMutation({
    mutationFn: () => api.cases.sample(id, { agree, words: text.trim() }),
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: ['cases'] })
    },
  })
  return (
    <Confirm
      open
      title={words.sampleTitle(id)}
      confirm={agree ? words.right : words.wrong}
      danger={!agree}
      busy={answer.isPending}
      error={answer.error}
      onClose={onClose}
      onConfirm={() => answer.mutate()}
    >
      <Stack>
        <p>{agree ? words.sampleRight : words.sampleWrong}</p>
        <TextArea
          label={words.why}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Stack>
    </Confirm>
  )
}
