import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Notice, Row, Select, Stack } from '../../kit/index.ts'
import { useMacros } from '../terms.ts'
import type { CaseRow } from './filters.tsx'
import { queueWords } from './words.ts'

interface BulkProps {
  readonly items: readonly CaseRow[]
  readonly chosen: readonly string[]
  readonly choose: (ids: readonly string[]) => void
}

/** The same step in several cases: all of one incident by one click. */
export function Bulk({ items, chosen, choose }: BulkProps) {
  const words = useWords(queueWords)
  const queries = useQueryClient()
  const [replying, setReplying] = useState(false)
  const incidents = [...new Set(items.flatMap((row) => incidentOf(row) ?? []))]
  const run = useEach(async () => {
    await queries.invalidateQueries({ queryKey: ['cases'] })
  })
  const present = chosen.filter((id) => items.some(({ case_id }) => case_id === id))
  const reply = (macro: string): void => {
    setReplying(false)
    run.mutate({ ids: present, step: (id) => api.cases.reply(id, { macro }) })
  }
  if (incidents.length === 0 && present.length === 0 && !run.data) return null
  return (
    <Stack gap={2}>
      {incidents.map((incident) => (
        <Row key={incident}>
          <Button
            size="small"
            icon="incident"
            onClick={() => choose(items.filter((row) => incidentOf(row) === incident).map(idOf))}
          >
            {words.incident(incident)}
          </Button>
        </Row>
      ))}
      {present.length > 0 && (
        <Chosen
          count={present.length}
          busy={run.isPending}
          onTake={() => run.mutate({ ids: present, step: (id) => api.cases.take(id) })}
          onReply={() => setReplying(true)}
          onClear={() => choose([])}
        />
      )}
      <Failures of={run.data} />
      {replying && <MacroReply ids={present} onClose={() => setReplying(false)} onSend={reply} />}
    </Stack>
  )
}

interface ChosenProps {
  readonly count: number
  readonly busy: boolean
  readonly onTake: () => void
  readonly onReply: () => void
  readonly onClear: () => void
}

function Chosen({ count, busy, onTake, onReply, onClear }: ChosenProps) {
  const words = useWords(queueWords)
  return (
    <Row>
      <strong>{words.selected(count)}</strong>
      <Button size="small" busy={busy} onClick={onTake}>
        {words.take}
      </Button>
      <Button size="small" onClick={onReply}>
        {words.reply}
      </Button>
      <Button size="small" kind="quiet" onClick={onClear}>
        {words.clearSelection}
      </Button>
    </Row>
  )
}

const idOf = ({ case_id }: CaseRow): string => case_id

const incidentOf = ({ facts }: CaseRow): string | undefined => {
  const { incident_id } = facts as { readonly incident_id?: unknown }
  return typeof incident_id === 'string' ? incident_id : undefined
}

interface Failure {
  readonly id: string
  readonly why: string
}

/** One after the other; one that fails does not keep the others from it. */
function useEach(onDone: () => Promise<void>) {
  return useMutation({
    mutationFn: async ({
      ids,
      step,
    }: {
      readonly ids: readonly string[]
      readonly step: (id: string) => Promise<unknown>
    }) => {
      const failures: Failure[] = []
      for (const id of ids)
        await step(id).catch((error: unknown) => {
          failures.push({ id, why: error instanceof Error ? error.message : `${error}` })
        })
      return { all: ids.length, failures }
    },
    onSettled: onDone,
  })
}

function Failures({
  of,
}: {
  readonly of: { readonly all: number; readonly failures: readonly Failure[] } | undefined
}) {
  const words = useWords(queueWords)
  if (!of) return null
  const { all, failures } = of
  return (
    <Notice
      tone={failures.length === 0 ? 'ok' : 'warn'}
      title={words.doneOf(all - failures.length, all)}
      alert
    >
      {failures.length > 0 && <p>{words.someFailed}</p>}
      {failures.map(({ id, why }) => (
        <p key={id}>{words.failed(id, why)}</p>
      ))}
    </Notice>
  )
}

function MacroReply({
  ids,
  onClose,
  onSend,
}: {
  readonly ids: readonly string[]
  readonly onClose: () => void
  readonly onSend: (macro: string) => void
}) {
  const words = useWords(queueWords)
  const macros = useMacros()
  const [chosen, setChosen] = useState<string>()
  const macro = macros.find(({ id }) => id === chosen) ?? macros[0]
  return (
    <Confirm
      open
      title={words.bulkTitle(ids.length)}
      confirm={words.send(ids.length)}
      busy={false}
      onClose={onClose}
      onConfirm={() => macro && onSend(macro.id)}
    >
      <Stack>
        <p>{words.bulkWhat}</p>
        <Select
          label={words.macro}
          value={macro?.id ?? ''}
          options={macros.map(({ id }) => ({ value: id, label: id }))}
          onChange={setChosen}
        />
        {macro && (
          <>
            <p lang="en">{macro.en}</p>
            <p lang="ja">{macro.ja}</p>
          </>
        )}
      </Stack>
    </Confirm>
  )
}
