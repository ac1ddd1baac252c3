import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { parseSearch, stringifySearch } from '../../app/search.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Check,
  Confirm,
  IconButton,
  Loaded,
  Muted,
  Panel,
  Stack,
  TextField,
} from '../../kit/index.ts'
import { useOrder } from '../../parts/use-order.ts'
import css from './tree.module.css'
import { usageWords } from './words.ts'

type View = Answer<'listUsageViews'>['items'][number]

/** Addresses of this screen with a name. */
export function SavedViews({ account }: { readonly account: string }) {
  const words = useWords(usageWords)
  const may = useMay()('views_write')
  const query = useQuery({
    queryKey: accountKey(account, 'views'),
    queryFn: ({ signal }) => api.usage.views(account, { signal }),
  })
  return (
    <Panel title={words.saved} actions={may && <SaveView account={account} />}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Muted>{words.savedNone}</Muted>
          ) : (
            <ul className={css.level}>
              {items.map((view) => (
                <li key={view.view_id} className={css.node}>
                  <span className={css.name}>
                    <Link to="." search={parseSearch(view.query) as never}>
                      {view.name}
                    </Link>{' '}
                    {view.shared && <Muted>{words.shared}</Muted>}
                  </span>
                  {may && view.own && <DeleteView account={account} view={view} />}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}

function SaveView({ account }: { readonly account: string }) {
  const words = useWords(usageWords)
  const [search] = useUrlState()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [tried, setTried] = useState(false)
  const query = stringifySearch(search).slice(1)
  const order = useOrder(account, (given: string, sending) =>
    api.usage.saveView(account, { name: given, query, shared }, sending),
  )
  const given = name.trim()
  return (
    <>
      <Button size="small" icon="plus" onClick={order.open}>
        {words.save}
      </Button>
      <Confirm
        title={words.save}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.saveDo}
        busy={order.busy}
        error={order.error}
        onConfirm={() => {
          setTried(true)
          if (given !== '') order.perform(given)
        }}
      >
        <Stack>
          <TextField
            label={words.name}
            value={name}
            maxLength={100}
            error={tried && given === '' ? words.nameMissing : undefined}
            onChange={(event) => setName(event.target.value)}
          />
          <Check label={words.share} checked={shared} onChange={setShared} />
        </Stack>
      </Confirm>
    </>
  )
}

function DeleteView({ account, view }: { readonly account: string; readonly view: View }) {
  const words = useWords(usageWords)
  const order = useOrder(account, (id: string) => api.usage.deleteView(account, id))
  return (
    <>
      <IconButton icon="cross" label={words.deleteView(view.name)} onClick={order.open} />
      <Confirm
        title={words.deleteTitle}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.deleteDo}
        danger
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(view.view_id)}
      >
        <p>{words.deleteSays(view.name)}</p>
      </Confirm>
    </>
  )
}
