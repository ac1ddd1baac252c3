import { useWords } from '../../app/words.ts'
import { PageHead, ProblemNotice } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import { Alone } from './frame.tsx'
import { useSignIn, useTokenOfAddress, withLink } from './use-sign-in.ts'

/** The way in from another product: its link stands in the address, and nothing is asked. */
export default function Portal() {
  const words = useWords(sessionWords)
  const link = useSignIn(withLink)
  const hasToken = useTokenOfAddress(link.mutate)
  const isLost = !hasToken || link.error !== null
  return (
    <Alone>
      <PageHead
        title={!hasToken ? words.portalMissing : isLost ? words.linkFailed : words.linkOpening}
        lead={isLost && words.portalMissingNext}
      />
      {link.error && <ProblemNotice error={link.error} />}
    </Alone>
  )
}
