import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { AccountListed } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Empty,
  Loaded,
  PageHead,
  Panel,
  Stack,
  Table,
  TextField,
  Time,
} from '../../kit/index.ts'
import { useListing } from '../listing.ts'
import { accountsWords } from './words.ts'

/** Whose account is it? */
export default function Accounts() {
  const words = useWords(accountsWords)
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const [text, setText] = useState(textOf(search, 'q') ?? '')
  const wanted = text.trim()
  const open = (event: FormEvent): void => {
    event.preventDefault()
    if (wanted !== '') void navigate({ to: `/support/accounts/${wanted}` })
  }
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Stack gap={4}>
        <form onSubmit={open}>
          <Stack>
            <TextField
              label={words.find}
              hint={words.byId}
              data-filter
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                change({ q: event.target.value.trim() }, { replace: true })
              }}
            />
            <div>
              <Button type="submit" icon="search">
                {words.open}
              </Button>
            </div>
          </Stack>
        </form>
        <Listed wanted={wanted} />
      </Stack>
    </>
  )
}

/** Every account whose id or name has the text. Support sees its name when it has said why it needs it. */
function Listed({ wanted }: { readonly wanted: string }) {
  const words = useWords(accountsWords)
  const { query, showMore } = useListing<AccountListed>({
    key: ['accounts', wanted],
    read: (signal) =>
      api.accounts.list({ limit: 100, ...(wanted !== '' && { q: wanted }) }, { signal }),
  })
  return (
    <Panel title={words.title} asOf={query.data}>
      <Loaded query={query}>
        {({ items, hasMore }) => (
          <>
            <Table
              name={words.title}
              columns={[
                {
                  id: 'name',
                  label: words.name,
                  cell: ({ account_id, name }) => (
                    <Link to={`/support/accounts/${account_id}`}>{name}</Link>
                  ),
                },
                { id: 'id', label: words.id, cell: ({ account_id }) => account_id },
                {
                  id: 'since',
                  label: words.since,
                  priority: 2,
                  cell: ({ created_at }) => <Time at={created_at} form="date" />,
                },
              ]}
              rows={items}
              rowKey={({ account_id }) => account_id}
              empty={<Empty title={words.none} />}
            />
            {hasMore && <Button onClick={showMore}>{words.more}</Button>}
          </>
        )}
      </Loaded>
    </Panel>
  )
}
