import { useQuery } from '@tanstack/react-query'
import type { AccountState, Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { listOf } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  type Column,
  Empty,
  Loaded,
  Money,
  Panel,
  Select,
  Stack,
  StateWord,
  Table,
  Time,
} from '../../kit/index.ts'
import { capLimit, capName } from '../../parts/cap-name.ts'
import { useKeys, useMembers, useProjects } from '../../parts/team.ts'
import { limitWords } from './limit-words.ts'

type Chained = Answer<'getEffectiveCaps'>['items'][number]
const KINDS = { member: 'member_id', key: 'key_id', project: 'project_id' } as const

/** Every cap that could stop calls of somebody, the one with least left first. */
export function CapChain({ state }: { readonly state: AccountState }) {
  const words = useWords(limitWords)
  const [search, change] = useUrlState()
  const of = textOf(search, 'of') ?? ''
  const options = useTargets(state.account_id)
  const who = options.find(({ value }) => value === of)?.label ?? words.wholeAccount
  const chain = useQuery({
    queryKey: accountKey(state.account_id, 'caps', of),
    queryFn: ({ signal }) => api.caps.effective(state.account_id, queryOf(of), { signal }),
  })
  return (
    <Panel title={words.chain} asOf={chain.data}>
      <Stack>
        <Select
          label={words.chainOf}
          value={of}
          options={options}
          onChange={(value) => change({ of: value === '' ? undefined : value })}
        />
        <Loaded query={chain}>
          {({ items, currency }) => <Chain items={items} currency={currency} who={who} />}
        </Loaded>
      </Stack>
    </Panel>
  )
}

/** `key:ci` as the API asks for it. */
function queryOf(of: string): Record<string, string> {
  const [kind = '', ...rest] = of.split(':')
  const name = KINDS[kind as keyof typeof KINDS]
  return name === undefined ? {} : { [name]: rest.join(':') }
}

function useTargets(account: string) {
  const words = useWords(limitWords)
  const members = useMembers(account).data?.items ?? []
  const keys = useKeys(account).data?.items ?? []
  const projects = useProjects(account).data?.items ?? []
  return [
    { value: '', label: words.wholeAccount },
    ...members.map(({ member_id: id, name }) => ({
      value: `member:${id}`,
      label: words.ofMember(name),
    })),
    ...projects.map(({ project_id: id, name }) => ({
      value: `project:${id}`,
      label: words.ofProject(name),
    })),
    ...keys
      .filter(({ revoked_at }) => revoked_at === null)
      .map(({ key_id: id, name }) => ({ value: `key:${id}`, label: words.ofKey(name) })),
  ]
}

function Chain({
  items,
  currency,
  who,
}: {
  readonly items: readonly Chained[]
  readonly currency: string
  readonly who: string
}) {
  const words = useWords(limitWords)
  const lang = useLang()
  const money = (id: 'spent' | 'held' | 'left', label: string): Column<Chained> => ({
    id,
    label,
    numeric: true,
    cell: (cap) => <Money amount={cap[id]} currency={currency} />,
    ...(id === 'held' && { priority: 1 as const }),
  })
  const columns: readonly Column<Chained>[] = [
    {
      id: 'cap',
      label: words.capColumn,
      cell: (cap) => (
        <>
          <div>{capName(cap, lang)}</div>
          {cap === items[0] && <StateWord tone="warn">{words.binds}</StateWord>}
        </>
      ),
    },
    { id: 'limit', label: words.limitColumn, cell: (cap) => capLimit(cap, currency, lang) },
    money('spent', words.spentColumn),
    money('held', words.heldColumn),
    money('left', words.leftColumn),
    {
      id: 'resets',
      label: words.resetColumn,
      priority: 1,
      cell: ({ resets_at: at }) => (at === null ? words.lifetime : <Time at={at} />),
    },
    {
      id: 'by',
      label: words.changeable,
      priority: 1,
      cell: ({ changeable_by: by }) =>
        listOf(
          by.map((role) => words.roles[role as keyof typeof words.roles] ?? role),
          lang,
        ),
    },
  ]
  if (items.length === 0) return <Empty title={words.chainNone} />
  return (
    <Stack>
      <p>{words.chainSays(who)}</p>
      <Table name={words.chain} columns={columns} rows={items} rowKey={({ id }) => id} />
    </Stack>
  )
}
