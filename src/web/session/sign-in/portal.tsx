import { useEffect, useState } from 'react'
import { BackLink } from '../../app/brand.tsx'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Notice, PageHead, ProblemNotice } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import { Alone } from './frame.tsx'
import { tokenOfAddress, useSignIn, withLink } from './use-sign-in.ts'

/** The way in from another product, where its link is all that is asked for; and the way out, when it is over. */
export default function Portal() {
  const words = useWords(sessionWords)
  const [search] = useUrlState()
  const over = choiceOf(search, 'over', ['no', 'closed', 'expired'])
  const link = useSignIn(withLink)
  const { mutate } = link
  const [token, setToken] = useState(() => (over === 'no' ? tokenOfAddress() : null))
  useEffect(() => {
    if (token !== null) mutate(token)
  }, [mutate, token])
  useEffect(() => {
    // The product around may give a new link to a page that stands here already.
    const onHash = (): void => setToken(tokenOfAddress())
    addEventListener('hashchange', onHash)
    return () => removeEventListener('hashchange', onHash)
  }, [])
  const isLost = token === null || link.error !== null
  const titles = {
    no: words.portalMissing,
    closed: words.portalClosed,
    expired: words.portalExpired,
  }
  return (
    <Alone>
      <PageHead
        title={token === null ? titles[over] : isLost ? words.linkFailed : words.linkOpening}
        lead={isLost && words.portalMissingNext}
      />
      {isLost && over === 'expired' && <Notice tone="info" title={words.portalNothingLost} />}
      {link.error && <ProblemNotice error={link.error} />}
      {isLost && <BackLink />}
    </Alone>
  )
}
