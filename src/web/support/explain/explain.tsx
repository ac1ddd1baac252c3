import { useQuery } from '@tanstack/react-query'
import { LANGUAGES, LENGTHS } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { choiceOf, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Choices,
  CopyButton,
  Empty,
  Grid,
  Loaded,
  PageHead,
  Panel,
  Row,
  Stack,
  TextField,
} from '../../kit/index.ts'
import { MomentField } from '../../parts/moment-field.tsx'
import { PeriodFigures, Postings } from './citations.tsx'
import { explainWords } from './words.ts'

const WHATS = ['receipt', 'period'] as const

type Said = Pick<
  Awaited<ReturnType<typeof api.calls.explanation>>,
  'sentences' | 'lang' | 'as_of' | 'seq'
>

interface Manner {
  readonly lang: (typeof LANGUAGES)[number]
  readonly length: (typeof LENGTHS)[number]
  readonly time_zone: string
}

/** What do I tell them? */
export default function Explain() {
  const words = useWords(explainWords)
  const [search, change] = useUrlState()
  const own = useLang()
  const what = choiceOf(search, 'what', WHATS)
  const lang = LANGUAGES.find((one) => one === textOf(search, 'lang')) ?? own
  const length = choiceOf(search, 'length', ['medium', 'short', 'long'])
  const account = textOf(search, 'account')
  const id = textOf(search, 'id')
  const manner = { lang, length, time_zone: useTimeZone() }
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Stack gap={4}>
        <Panel title={words.what}>
          <Choices
            label={words.what}
            value={what}
            options={WHATS.map((value) => ({ value, label: words.whats[value] }))}
            onChange={(value) => change({ what: value })}
          />
          <Fields what={what} />
          <Row gap={4}>
            <Choices
              label={words.lang}
              value={lang}
              options={LANGUAGES.map((value) => ({ value, label: words.langs[value] }))}
              onChange={(value) => change({ lang: value })}
            />
            <Choices
              label={words.length}
              value={length}
              options={LENGTHS.map((value) => ({ value, label: words.lengths[value] }))}
              onChange={(value) => change({ length: value })}
            />
          </Row>
        </Panel>
        {what === 'period' && account && <PeriodAnswer account={account} manner={manner} />}
        {what === 'receipt' && account && id && (
          <ReceiptAnswer account={account} id={id} manner={manner} />
        )}
        {!(account && (what === 'period' || id)) && (
          <Empty title={what === 'period' ? words.missing : words.missingReceipt} />
        )}
      </Stack>
    </>
  )
}

function Fields({ what }: { readonly what: (typeof WHATS)[number] }) {
  const words = useWords(explainWords)
  const [search, change] = useUrlState()
  const field = (name: 'account' | 'id', label: string) => (
    <TextField
      label={label}
      data-filter={name === 'account' || undefined}
      value={textOf(search, name) ?? ''}
      onChange={(event) => change({ [name]: event.target.value.trim() }, { replace: true })}
    />
  )
  return (
    <Grid min="220px" gap={3}>
      {field('account', words.account)}
      {what === 'receipt' && field('id', words.receipt)}
      {what === 'period' && (
        <>
          <MomentField
            label={words.from}
            value={textOf(search, 'from')}
            onChange={(from) => change({ from })}
          />
          <MomentField
            label={words.until}
            value={textOf(search, 'until')}
            onChange={(until) => change({ until })}
          />
        </>
      )}
    </Grid>
  )
}

interface AnswerProps {
  readonly account: string
  readonly manner: Manner
}

function ReceiptAnswer({ account, id, manner }: AnswerProps & { readonly id: string }) {
  const receipt = `rcpt_${id.replace(/^(rcpt|call)_/, '')}`
  const query = useQuery({
    queryKey: accountKey(account, 'explanation', receipt, manner),
    queryFn: ({ signal }) =>
      api.calls.explanation(receipt, { account_id: account, ...manner }, { signal }),
  })
  return (
    <Loaded query={query}>
      {(said) => (
        <>
          <Sentences said={said} />
          <Postings account={account} receipt={receipt} />
        </>
      )}
    </Loaded>
  )
}

function PeriodAnswer({ account, manner }: AnswerProps) {
  const [search] = useUrlState()
  const from = textOf(search, 'from')
  const until = textOf(search, 'until')
  const query = useQuery({
    queryKey: accountKey(account, 'explanation of a period', from, until, manner),
    queryFn: ({ signal }) =>
      api.accounts.explanation(
        account,
        { ...manner, ...(from && { from }), ...(until && { until }) },
        { signal },
      ),
  })
  return (
    <Loaded query={query}>
      {(said) => (
        <>
          <Sentences said={said} isLive />
          <PeriodFigures account={account} facts={said.facts} />
        </>
      )}
    </Loaded>
  )
}

/** A receipt is of its last entry, and does not grow old; a period is as of when it was read. */
function Sentences({ said, isLive = false }: { readonly said: Said; readonly isLive?: boolean }) {
  const words = useWords(explainWords)
  const text = said.sentences.join('\n')
  return (
    <Panel
      title={words.answer}
      actions={<CopyButton text={text} label={words.copyText} />}
      asOf={isLive ? said : undefined}
    >
      <div lang={said.lang}>
        {said.sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </Panel>
  )
}
