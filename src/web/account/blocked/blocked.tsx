import { useWords } from '../../app/words.ts'
import { Loaded, Notice, PageHead } from '../../kit/index.ts'
import { BlockCard } from '../../parts/block-card.tsx'
import { ReceiptLink } from '../../parts/screen-link.tsx'
import { Missing } from '../receipt/missing.tsx'
import { useBlockCard, useReceipt } from '../receipt/read.ts'
import { receiptWords } from '../receipt/words.ts'

/** Why was I stopped, and what now? For links from a tool or a mail: the card, and nothing else. */
export default function Blocked() {
  const words = useWords(receiptWords)
  const { account, id, query, missing } = useReceipt()
  const card = useBlockCard(query.data)
  if (missing !== null) return <Missing account={account} why={missing} />
  return (
    <Loaded query={query}>
      {({ status }) => (
        <>
          <PageHead title={words.blockedTitle} />
          {status === 'refused' ? (
            <Loaded query={card}>
              {(own) => own && <BlockCard account={account} card={own} />}
            </Loaded>
          ) : (
            <Notice
              tone="info"
              title={words.blockedNot}
              actions={
                <ReceiptLink account={account} receipt={id}>
                  {words.blockedReceipt}
                </ReceiptLink>
              }
            />
          )}
        </>
      )}
    </Loaded>
  )
}
