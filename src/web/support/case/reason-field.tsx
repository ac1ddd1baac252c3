import { reasonSentence } from '../../../contract/cases/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Select } from '../../kit/index.ts'
import { useSupportPolicy } from '../terms.ts'
import { caseScreenWords } from './words.ts'

/** One of the reasons of the support policy: it stands in the letter and in the journal. */
export function ReasonField({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (reason: string) => void
}) {
  const words = useWords(caseScreenWords)
  const lang = useLang()
  const reasons = useSupportPolicy()?.reasons ?? [value]
  return (
    <Select
      label={words.reason}
      value={value}
      options={reasons.map((code) => ({
        value: code,
        label: `${code}: ${reasonSentence(code, lang)}`,
      }))}
      onChange={onChange}
    />
  )
}
