import { useWords } from '../../app/words.ts'
import { Notice, PageHead } from '../../kit/index.ts'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { receiptWords } from './words.ts'

/** A receipt that is not there yet, or not for this reader: it does not say which of these. */
export function Missing({
  account,
  why,
}: {
  readonly account: string
  readonly why: 'pending' | 'absent'
}) {
  const words = useWords(receiptWords)
  const isPending = why === 'pending'
  return (
    <>
      <PageHead title={words.title} />
      <Notice
        tone="info"
        title={isPending ? words.pendingTitle : words.absentTitle}
        actions={
          <ScreenLink account={account} screen="">
            {words.absentLink}
          </ScreenLink>
        }
      >
        <p>{isPending ? words.pendingText : words.absentText}</p>
      </Notice>
    </>
  )
}
