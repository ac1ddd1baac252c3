import { useState } from 'react'
import { type MacroFacts, macroText } from '../../../contract/cases/index.ts'
import { formatDate, formatMoney, wordsOf } from '../../../contract/explain/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Select, Stack, TextArea } from '../../kit/index.ts'
import { useMacros } from '../terms.ts'
import { codeWords } from '../words.ts'
import css from './case.module.css'
import type { Case } from './case.tsx'
import { read } from './customer.tsx'
import { type StepProps, useStep } from './step.ts'
import { caseScreenWords } from './words.ts'

/** A reply in own words, or one that is written once, shown as the customer will read it. */
export function ReplyDialog({ own, onClose }: StepProps) {
  const words = useWords(caseScreenWords)
  const codes = useWords(codeWords)
  const macros = useMacros()
  const [chosen, setChosen] = useState('')
  const [text, setText] = useState('')
  const macro = macros.find(({ id }) => id === chosen)
  const step = useStep(
    () => api.cases.reply(own.case_id, macro ? { macro: macro.id } : { words: text.trim() }),
    onClose,
  )
  const told = macro ? macroText(macro[own.language], factsOf(own)) : text
  return (
    <Confirm
      open
      title={words.reply}
      confirm={words.send}
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={() => step.mutate()}
    >
      <Stack>
        <p>{words.replyIn(codes.languages[own.language])}</p>
        <Select
          label={words.macro}
          value={chosen}
          options={[
            { value: '', label: words.own },
            ...macros.map(({ id }) => ({ value: id, label: id })),
          ]}
          onChange={setChosen}
        />
        {!macro && (
          <TextArea
            label={words.words}
            lang={own.language}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <h3>{words.preview}</h3>
        <div className={css.letter} lang={own.language}>
          {told || codes.nothing}
        </div>
      </Stack>
    </Confirm>
  )
}

/** As the server fills them in: what is not known is a dash. */
function factsOf(own: Case): MacroFacts {
  const { language: lang, currency } = own
  const money = (amount: string | null): string =>
    amount === null ? '-' : formatMoney(amount, currency, lang)
  const place = { lang, words: wordsOf(lang), timeZone: 'UTC' }
  const calls = read(own).about?.calls ?? []
  return {
    case: own.case_id,
    account: own.account_id ?? '-',
    amount: money(own.amount),
    offer: money(own.offer?.total ?? null),
    refunded: money(own.refunded),
    due: own.due_at === null ? '-' : formatDate(own.due_at, place, own.due_at),
    state: own.state.replaceAll('_', ' '),
    receipts:
      calls.length === 0
        ? '-'
        : calls.map((call) => `rcpt_${call.replace(/^call_/, '')}`).join(', '),
  }
}
