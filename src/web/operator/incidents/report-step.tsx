import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useReader } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Choices, CodeBlock, Loaded, Muted, Panel, Row, StateWord, Time } from '../../kit/index.ts'
import type { Incident } from './form.ts'
import { incidentKey } from './queries.ts'
import { StepButton } from './step-button.tsx'
import { incidentWords } from './words.ts'

/** Step 8: what happened, in numbers, as everybody may read it. */
export function ReportStep({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const { lang, time_zone } = useReader()
  const [shown, setShown] = useState(lang)
  const query = useQuery({
    queryKey: incidentKey(own.incident_id, 'report', own.state, own.published_at, time_zone),
    queryFn: ({ signal }) => api.incidents.report(own.incident_id, { time_zone }, { signal }),
  })
  return (
    <Panel
      title={words.stepNames.report}
      asOf={query.data}
      actions={
        <Choices
          label={words.language}
          value={shown}
          options={[
            { value: 'en', label: 'English' },
            { value: 'ja', label: '日本語' },
          ]}
          onChange={setShown}
        />
      }
    >
      <Muted>{words.reportLead}</Muted>
      <Loaded query={query}>
        {({ markdown }) => <CodeBlock text={markdown[shown]} label={words.stepNames.report} />}
      </Loaded>
      <Publish own={own} />
    </Panel>
  )
}

function Publish({ own }: { readonly own: Incident }) {
  const words = useWords(incidentWords)
  const may = useMay()
  const address = `/v1/incident_reports/${own.incident_id}`
  if (own.published_at !== null)
    return (
      <Row>
        <StateWord tone="ok">{words.published}</StateWord>
        <Time at={own.published_at} />
        <a href={address}>{address}</a>
      </Row>
    )
  if (own.state !== 'done') return <Muted>{words.notDone}</Muted>
  if (!may('incidents_write')) return null
  return (
    <div>
      <StepButton
        own={own}
        step="publish"
        kind="primary"
        label={words.publish}
        lead={`${words.publishLead} ${address}`}
        confirm={words.publishDo}
      />
    </div>
  )
}
