import { useAccountId } from '../../app/account.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { PageHead, Stack } from '../../kit/index.ts'
import { Keys } from './keys.tsx'
import { Members } from './members.tsx'
import { Projects } from './projects.tsx'
import { teamWords } from './words.ts'

/** Who may do what. */
export default function Team() {
  const words = useWords(teamWords)
  const account = useAccountId()
  const may = useMay()
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Stack gap={5}>
        {may('members_read') && <Members account={account} />}
        {may('keys_read') && <Keys account={account} />}
        <Projects account={account} />
      </Stack>
    </>
  )
}
