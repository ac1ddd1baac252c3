import { useEffect, useState } from 'react'
import { useWords } from '../../app/words.ts'
import { PageHead, ProblemNotice } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import { Alone } from './frame.tsx'
import { tokenOfAddress, useSignIn, withLink } from './use-sign-in.ts'

/** The way in from another product: its link stands in the address, and nothing is asked. */
export default function Portal() {
  const words = useWords(sessionWords)
  const link = useSignIn(withLink)
  const { mutate } = link
  const [token] = useState(tokenOfAddress)
  useEffect(() => {
    if (token !== null) mutate(token)
  }, [mutate, token])
  const isLost = token === null || link.error !== null
  return (
    <Alone>
      <PageHead
        title={token === null ? words.portalMissing : isLost ? words.linkFailed : words.linkOpening}
        lead={isLost && words.portalMissingNext}
      />
      {link.error && <ProblemNotice error={link.error} />}
    </Alone>
  )
}
