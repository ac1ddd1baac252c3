import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { PageHead, ProblemNotice } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import { Alone } from './frame.tsx'
import { useSignIn } from './use-sign-in.ts'

const handOn = (query: string) => api.session.answerProvider(query)

let taken: string | null = null

/** What the provider has sent back: taken once, and out of the address at once. */
function answerOfAddress(): string | null {
  const found = location.search.slice(1)
  if (found !== '') {
    taken = found
    history.replaceState(history.state, '', location.pathname)
  }
  return taken
}

/** Back from the provider: hands on what it has said, and goes on. */
export default function ProviderReturn() {
  const words = useWords(sessionWords)
  const entering = useSignIn(handOn)
  const { mutate } = entering
  const [query] = useState(answerOfAddress)
  useEffect(() => {
    if (query !== null) mutate(query)
  }, [mutate, query])
  const isLost = query === null || entering.error !== null
  return (
    <Alone>
      <PageHead
        title={isLost ? words.providerFailed : words.providerOpening}
        lead={query === null && words.providerMissing}
      />
      {entering.error && <ProblemNotice error={entering.error} />}
      {isLost && (
        <p>
          <Link to="/sign-in">{words.toSignIn}</Link>
        </p>
      )}
    </Alone>
  )
}
