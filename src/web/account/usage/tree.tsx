import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { IconButton, Loaded, Money, Muted, Panel } from '../../kit/index.ts'
import { ReceiptLink } from '../../parts/screen-link.tsx'
import { type Explored, periodQuery } from './query.ts'
import css from './tree.module.css'
import { usageWords } from './words.ts'

type Level = Answer<'getUsageTree'>
type Node = Level['items'][number]

/** Below what a level is: sessions at the top. */
interface Place {
  readonly in_session?: string
  readonly under?: string
}

const PAGE = 50

interface TreeProps {
  readonly account: string
  readonly own: Explored
}

/** Sessions, the calls they began with, and what those started: itself, and with all below. */
export function UsageTree({ account, own }: TreeProps) {
  const words = useWords(usageWords)
  return (
    <Panel title={words.tree}>
      <Muted>{words.treeLead}</Muted>
      <TreeLevel account={account} own={own} place={{}} />
    </Panel>
  )
}

function TreeLevel({ account, own, place }: TreeProps & { readonly place: Place }) {
  const words = useWords(usageWords)
  const query = useQuery({
    queryKey: accountKey(account, 'tree', own.filters, own.period, own.from, own.to, place),
    queryFn: ({ signal }) =>
      api.usage.tree(
        account,
        { ...own.filters, ...periodQuery(own, serverNow()), ...place, limit: PAGE },
        { signal },
      ),
  })
  return (
    <Loaded query={query}>
      {({ items, currency, next_cursor }) =>
        items.length === 0 ? (
          <Muted>{words.nothing}</Muted>
        ) : (
          <ul className={css.level}>
            {items.map((node) => (
              <TreeNode key={`${node.kind} ${node.id}`} {...{ account, own, node, currency }} />
            ))}
            {next_cursor !== null && <li>…</li>}
          </ul>
        )
      }
    </Loaded>
  )
}

interface NodeProps extends TreeProps {
  readonly node: Node
  readonly currency: string
}

function TreeNode({ account, own, node, currency }: NodeProps) {
  const words = useWords(usageWords)
  const lang = useLang()
  const [isOpen, setOpen] = useState(false)
  const name = node.id ?? words.noSession
  const place: Place =
    node.kind === 'session' ? { in_session: node.id ?? '~' } : { under: node.id ?? '' }
  return (
    <li>
      <div className={css.node}>
        {node.children > 0 ? (
          <IconButton
            icon={isOpen ? 'down' : 'right'}
            label={isOpen ? words.shut(name) : words.open(name)}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          />
        ) : (
          <span className={css.leaf} />
        )}
        <span className={css.name}>
          {node.receipt_id === null ? (
            name
          ) : (
            <ReceiptLink account={account} receipt={node.receipt_id}>
              {node.model ?? name}
            </ReceiptLink>
          )}
        </span>
        <Muted>{`${count(node.total.calls ?? 0, lang)} ${words.calls}`}</Muted>
        <span className={css.sum}>
          {node.children > 0 && (
            <Muted>
              {words.own} <Money amount={node.own.list_price} currency={currency} />
            </Muted>
          )}
          <strong>
            <Money amount={node.total.list_price} currency={currency} />
          </strong>
        </span>
      </div>
      {isOpen && <TreeLevel account={account} own={own} place={place} />}
    </li>
  )
}
