import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAccountId } from '../../app/account.ts'
import { listOf, textOf } from '../../app/search.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, PageHead, Stack } from '../../kit/index.ts'
import { Cases } from './cases.tsx'
import { Findings } from './findings.tsx'
import { Looks } from './looks.tsx'
import { OpenDispute } from './open-dispute.tsx'
import { AskPerson } from './person.tsx'
import { disputeWords } from './words.ts'

/** What is objected to, what our own check has found, and who has looked. */
export default function Disputes() {
  const words = useWords(disputeWords)
  const account = useAccountId()
  const may = useMay()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const [asking, setAsking] = useState(false)
  const receipts = listOf(search, 'receipt')
  const purchase = textOf(search, 'purchase')
  const isOpen = textOf(search, 'open') === '1' || receipts.length > 0 || purchase !== undefined
  const toCase = (id: string): void => void navigate({ to: `/a/${account}/disputes/${id}` })
  const actions = may('cases_open') && (
    <>
      <Button onClick={() => setAsking(true)} icon="person">
        {words.person}
      </Button>
      <Button kind="primary" onClick={() => change({ open: '1' })} icon="dispute">
        {words.object}
      </Button>
    </>
  )
  return (
    <>
      <PageHead title={words.title} lead={words.lead} actions={actions} />
      <Stack gap={4}>
        {isOpen && may('cases_open') && (
          <OpenDispute
            account={account}
            receipts={receipts}
            purchase={purchase}
            onOpened={toCase}
            onCancel={() => change({ open: undefined, receipt: undefined, purchase: undefined })}
          />
        )}
        <Cases account={account} />
        {may('findings_read') && <Findings account={account} />}
        {may('access_log_read') && <Looks account={account} />}
      </Stack>
      {asking && <AskPerson account={account} onClose={() => setAsking(false)} onOpened={toCase} />}
    </>
  )
}
