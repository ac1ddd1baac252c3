import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Choices, Confirm, Select, Stack, TextField } from '../../kit/index.ts'
import type { Endpoint, Kind } from './data.ts'
import { KindChecks } from './kind-checks.tsx'
import { alertWords } from './words.ts'

const CHANNELS = ['email', 'webhook', 'chat'] as const

interface Draft {
  readonly channel: Endpoint['channel']
  readonly name: string
  readonly address: string
  readonly kinds: readonly Kind[] | null
  readonly locale: Endpoint['locale']
  readonly time_zone: string
}

interface EndpointDialogProps {
  readonly account: string
  /** Absent: a new one. */
  readonly endpoint?: Endpoint
  readonly onClose: () => void
  readonly onSecret: (secret: string) => void
}

/** A new place, or another name and other alerts for one that is there; its address stays its own. */
export function EndpointDialog({ account, endpoint, onClose, onSecret }: EndpointDialogProps) {
  const words = useWords(alertWords)
  const { draft, setDraft } = useDraft(endpoint)
  const [isTold, setTold] = useState(false)
  const save = useSaving(account, { endpoint, onClose, onSecret })
  const faults = {
    name: draft.name.trim() === '' ? words.nameMissing : undefined,
    address: !endpoint && draft.address === '' ? words.addressMissing : undefined,
  }
  const submit = (): void => {
    setTold(true)
    if (!faults.name && !faults.address) save.mutate(draft)
  }
  return (
    <Confirm
      open
      title={endpoint ? words.changeOf(endpoint.name) : words.add}
      confirm={endpoint ? words.save : words.add}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={submit}
    >
      <Stack gap={3}>
        {!endpoint && (
          <Address {...{ draft, setDraft }} fault={isTold ? faults.address : undefined} />
        )}
        <TextField
          label={words.name}
          value={draft.name}
          maxLength={200}
          error={isTold ? faults.name : undefined}
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        />
        <Which draft={draft} setDraft={setDraft} />
        <Select
          label={words.language}
          value={draft.locale}
          options={[
            { value: 'en', label: 'English' },
            { value: 'ja', label: '日本語' },
          ]}
          onChange={(own) => setDraft({ ...draft, locale: own as Draft['locale'] })}
        />
      </Stack>
    </Confirm>
  )
}

interface PartProps {
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
}

/** Every kind, or those that are chosen. */
function Which({ draft, setDraft }: PartProps) {
  const words = useWords(alertWords)
  return (
    <>
      <Choices
        label={words.which}
        value={draft.kinds === null ? 'every' : 'some'}
        options={(['every', 'some'] as const).map((value) => ({ value, label: words[value] }))}
        onChange={(own) => setDraft({ ...draft, kinds: own === 'every' ? null : [] })}
      />
      {draft.kinds !== null && (
        <KindChecks chosen={draft.kinds} onChange={(kinds) => setDraft({ ...draft, kinds })} />
      )}
    </>
  )
}

function useDraft(endpoint: Endpoint | undefined) {
  const locale = useLang()
  const time_zone = useTimeZone()
  const [draft, setDraft] = useState<Draft>(
    endpoint
      ? { ...endpoint, channel: endpoint.channel }
      : { channel: 'email', name: '', address: '', kinds: null, locale, time_zone },
  )
  return { draft, setDraft }
}

/** Tried once: a repeat would add another. */
function useSaving(
  account: string,
  own: {
    readonly endpoint: Endpoint | undefined
    readonly onClose: () => void
    readonly onSecret: (secret: string) => void
  },
) {
  const { endpoint, onClose, onSecret } = own
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ channel, address, name, ...rest }: Draft): Promise<string | null> => {
      const common = {
        name: name.trim(),
        kinds: rest.kinds === null ? null : [...rest.kinds],
        locale: rest.locale,
        time_zone: rest.time_zone,
      }
      if (endpoint) {
        await api.alerts.changeEndpoint(account, endpoint.endpoint_id, common)
        return null
      }
      return (await api.alerts.addEndpoint(account, { ...common, channel, address })).secret
    },
    onSuccess: (secret) => {
      void queries.invalidateQueries({ queryKey: accountKey(account) })
      onClose()
      if (secret !== null) onSecret(secret)
    },
  })
}

function Address({ draft, setDraft, fault }: PartProps & { readonly fault: string | undefined }) {
  const words = useWords(alertWords)
  return (
    <>
      <Choices
        label={words.channel}
        value={draft.channel}
        options={CHANNELS.map((value) => ({ value, label: words.channels[value] }))}
        onChange={(channel) => setDraft({ ...draft, channel })}
      />
      <TextField
        label={words.address}
        hint={words.addressHints[draft.channel]}
        type={draft.channel === 'email' ? 'email' : 'url'}
        autoComplete="off"
        spellCheck={false}
        value={draft.address}
        error={fault}
        onChange={(event) => setDraft({ ...draft, address: event.target.value.trim() })}
      />
    </>
  )
}
