import { useQuery } from '@tanstack/react-query'
import { useLang } from '../../app/preferences.ts'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Notice, PageHead, ProblemNotice } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'
import { ByPasskey } from './by-passkey.tsx'
import { ByEmail, ByPassword } from './by-password.tsx'
import { ByProvider } from './by-provider.tsx'
import { Alone } from './frame.tsx'
import { useSignIn, useTokenOfAddress, withLink } from './use-sign-in.ts'

/** How do I get in? By a link, by e-mail, with a passkey, or with a password. */
export default function SignIn() {
  const words = useWords(sessionWords)
  const lang = useLang()
  const ways = useQuery(sessionQuery).data?.sign_in
  const link = useSignIn(withLink)
  useTokenOfAddress(link.mutate)
  return (
    <Alone>
      <PageHead title={words.signIn} lead={link.isPending ? words.linkOpening : words.lead} />
      {link.error && (
        <>
          <Notice tone="warn" title={words.linkFailed}>
            {words.linkAgain}
          </Notice>
          <ProblemNotice error={link.error} />
        </>
      )}
      {ways?.oidc && <ByProvider label={ways.oidc.label} />}
      {ways?.passkey && <ByPasskey />}
      {ways?.email ? <ByEmail lang={lang} /> : <Notice tone="info" title={words.noEmail} />}
      <ByPassword isOnly={ways !== undefined && !ways.oidc && !ways.passkey && !ways.email} />
    </Alone>
  )
}
