import { Link } from '@tanstack/react-router'
import { useWords } from '../../app/words.ts'
import { PageHead, Stack } from '../../kit/index.ts'
import { shellWords } from '../../words/shell.ts'
import { sessionWords } from '../words.ts'
import { Accounts } from './accounts.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { Providers } from './providers.tsx'
import css from './security.module.css'
import { Sessions } from './sessions.tsx'
import { SignIns } from './sign-ins.tsx'

/** How do I sign in, where am I signed in, and was that me? */
export default function Security() {
  const words = useWords(sessionWords)
  const shell = useWords(shellWords)
  return (
    <main id="content" className={css.page}>
      <p>
        <Link to="/home">{shell.home}</Link>
      </p>
      <PageHead title={words.security} lead={words.securityLead} />
      <Stack gap={4}>
        <Passkeys />
        <Providers />
        <Password />
        <Sessions />
        <SignIns />
        <Accounts />
      </Stack>
    </main>
  )
}
