import { BackLink } from '../../app/brand.tsx'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Notice, PageHead, ProblemNotice } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import { Alone } from './frame.tsx'
import { useSignIn, useTokenOfAddress, withLink } from './use-sign-in.ts'

/** The way in from another product, where its link is all that is asked for; and the way out, when it is over. */
export default function Portal() {
  const words = useWords(sessionWords)
  const [search] = useUrlState()
  const over = choiceOf(search, 'over', ['no', 'closed', 'expired'])
  const link = useSignIn(withLink)
  const hasToken = useTokenOfAddress(link.mutate)
  const isLost = !hasToken || link.error !== null
  const titles = {
    no: words.portalMissing,
    closed: words.portalClosed,
    expired: words.portalExpired,
  }
  return (
    <Alone>
      <PageHead
        title={!hasToken ? titles[over] : isLost ? words.linkFailed : words.linkOpening}
        lead={isLost && words.portalMissingNext}
      />
      {isLost && over === 'expired' && <Notice tone="info" title={words.portalNothingLost} />}
      {link.error && <ProblemNotice error={link.error} />}
      {isLost && <BackLink />}
    </Alone>
  )
}
