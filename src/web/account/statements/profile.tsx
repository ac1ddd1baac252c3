import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer, Body } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Facts,
  Grid,
  Loaded,
  Muted,
  Notice,
  Panel,
  ProblemNotice,
  Row,
  Stack,
  TextArea,
  TextField,
} from '../../kit/index.ts'
import { statementWords } from './words.ts'

type Own = Answer<'getBillingProfile'>

/** How the account is named on its invoices. */
export function Profile({ account }: { readonly account: string }) {
  const words = useWords(statementWords)
  const may = useMay()
  const query = useQuery({
    queryKey: accountKey(account, 'billing_profile'),
    queryFn: ({ signal }) => api.invoices.profile(account, { signal }),
  })
  return (
    <Panel title={words.profile} asOf={query.data}>
      <Stack gap={3}>
        <Muted>{words.profileLead}</Muted>
        <Loaded query={query}>
          {(own) =>
            may('billing_write') ? <Form account={account} own={own} /> : <Read own={own} />
          }
        </Loaded>
      </Stack>
    </Panel>
  )
}

function Read({ own }: { readonly own: Own }) {
  const words = useWords(statementWords)
  return (
    <Facts
      rows={[
        [words.name, own.name ?? '–'],
        [words.address, own.address?.join(', ') ?? '–'],
        [words.taxId, own.tax_id ?? '–'],
        [words.reference, own.reference ?? '–'],
        [words.jurisdiction, own.jurisdiction ?? '–'],
      ]}
    />
  )
}

const ADDRESS_LINES_MAX = 8

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

const drafted = (own: Own) => ({
  name: own.name ?? '',
  address: own.address?.join('\n') ?? '',
  tax_id: own.tax_id ?? '',
  reference: own.reference ?? '',
})
type Draft = ReturnType<typeof drafted>

/** Only what was changed is sent: what is not named stays. */
function changeOf(draft: Draft, own: Own): Body<'changeBillingProfile'> {
  const before = drafted(own)
  const changed = (name: keyof Draft) => draft[name].trim() !== before[name]
  return {
    ...(changed('name') && { name: draft.name.trim() }),
    ...(changed('address') && { address: linesOf(draft.address) }),
    ...(changed('tax_id') && { tax_id: draft.tax_id.trim() }),
    ...(changed('reference') && { reference: draft.reference.trim() }),
  }
}

function Form({ account, own }: { readonly account: string; readonly own: Own }) {
  const words = useWords(statementWords)
  const queries = useQueryClient()
  const [draft, setDraft] = useState(() => drafted(own))
  const change = changeOf(draft, own)
  const save = useMutation({
    mutationFn: () => api.invoices.changeProfile(account, change),
    onSuccess: (saved) => {
      queries.setQueryData(accountKey(account, 'billing_profile'), saved)
      setDraft(drafted(saved))
    },
  })
  const field = (name: keyof Draft) => ({
    value: draft[name],
    onChange: (event: { readonly target: { readonly value: string } }) => {
      save.reset()
      setDraft({ ...draft, [name]: event.target.value })
    },
  })
  const tooMany = linesOf(draft.address).length > ADDRESS_LINES_MAX
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!tooMany && Object.keys(change).length > 0) save.mutate()
      }}
    >
      <Stack gap={3}>
        <Fields field={field} tooMany={tooMany} />
        <p>
          {words.jurisdiction}: {own.jurisdiction ?? '–'}. <Muted>{words.jurisdictionHint}</Muted>
        </p>
        {save.error && <ProblemNotice error={save.error} />}
        {save.isSuccess && <Notice tone="ok" title={words.saved} alert />}
        <Row>
          <Button
            type="submit"
            kind="primary"
            busy={save.isPending}
            disabled={tooMany || Object.keys(change).length === 0}
          >
            {words.save}
          </Button>
        </Row>
      </Stack>
    </form>
  )
}

interface FieldsProps {
  readonly field: (name: keyof Draft) => {
    readonly value: string
    readonly onChange: (event: { readonly target: { readonly value: string } }) => void
  }
  readonly tooMany: boolean
}

function Fields({ field, tooMany }: FieldsProps) {
  const words = useWords(statementWords)
  return (
    <Grid>
      <Stack gap={3}>
        <TextField
          label={words.name}
          autoComplete="organization"
          maxLength={200}
          {...field('name')}
        />
        <TextField label={words.taxId} maxLength={64} {...field('tax_id')} />
        <TextField label={words.reference} maxLength={100} {...field('reference')} />
      </Stack>
      <TextArea
        label={words.address}
        hint={words.addressHint}
        autoComplete="street-address"
        rows={6}
        error={tooMany ? words.tooManyLines : undefined}
        {...field('address')}
      />
    </Grid>
  )
}
