import type { UseMutationResult } from '@tanstack/react-query'
import { useState } from 'react'
import { useWords } from '../../app/words.ts'
import { Confirm, Stack, TextArea } from '../../kit/index.ts'
import { disputeWords } from './words.ts'

export const WORDS_MAX = 2_000

interface WordsDialogProps {
  readonly title: string
  readonly lead: string
  readonly label: string
  readonly confirm: string
  /** What is written already. */
  readonly said?: string
  readonly sent: Pick<UseMutationResult<unknown, unknown, string>, 'mutate' | 'isPending' | 'error'>
  readonly onClose: () => void
}

/** Something that is said in one's own words, and then sent. */
export function WordsDialog(props: WordsDialogProps) {
  const { title, lead, label, confirm, sent, onClose } = props
  const words = useWords(disputeWords)
  const [said, setSaid] = useState(props.said ?? '')
  const [tried, setTried] = useState(false)
  const isMissing = said.trim() === ''
  return (
    <Confirm
      open
      title={title}
      confirm={confirm}
      busy={sent.isPending}
      error={sent.error}
      onClose={onClose}
      onConfirm={() => {
        setTried(true)
        if (!isMissing) sent.mutate(said.trim())
      }}
    >
      <Stack gap={3}>
        <p>{lead}</p>
        <TextArea
          label={label}
          maxLength={WORDS_MAX}
          value={said}
          error={tried && isMissing ? words.writeMissing : undefined}
          onChange={(event) => setSaid(event.target.value)}
        />
      </Stack>
    </Confirm>
  )
}
