import { nextCallSentence } from '../../../contract/explain/index.ts'
import { useAccountId, useAccountState } from '../../app/account.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { Loaded, Meter, PageHead, Panel, ResetTime } from '../../kit/index.ts'

/** Can I go on, and what will it cost? */
export default function Overview() {
  const state = useAccountState(useAccountId())
  const lang = useLang()
  const timeZone = useTimeZone()
  return (
    <Loaded query={state}>
      {(account) => (
        <>
          <PageHead title={nextCallSentence(account, lang, { timeZone })} />
          <Panel title="Windows" asOf={account}>
            {account.windows.map((window) => (
              <div key={window.id}>
                <Meter
                  label={window.id}
                  currency={account.currency}
                  used={window.used}
                  held={window.held}
                  total={window.capacity}
                  tone="plan"
                />
                {window.resets_at && <ResetTime at={window.resets_at} />}
              </div>
            ))}
          </Panel>
        </>
      )}
    </Loaded>
  )
}
