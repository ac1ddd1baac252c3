import { useState } from 'react'
import { type Answer, pages } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { count } from '../../app/format.ts'
import { HEAVY } from '../../app/live.tsx'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { IconButton, Loaded, Money, More, Muted, Panel } from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
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

interface TreeProps {
  readonly account: string
  readonly own: Explored
  readonly currency: string
}

/** Sessions, the calls they began with, and what those started: itself, and with all below. */
export function UsageTree(props: TreeProps) {
  const words = useWords(usageWords)
  return (
    <Panel title={words.tree}>
      <Muted>{words.treeLead}</Muted>
      <TreeLevel {...props} place={{}} />
    </Panel>
  )
}

function TreeLevel({ account, own, place, currency }: TreeProps & { readonly place: Place }) {
  const words = useWords(usageWords)
  const asked = { ...own.filters, ...place }
  const { query, items, more } = useGrowingList(
    accountKey(account, 'tree', asked, own.period, own.from, own.to),
    (limit, signal) =>
      pages({ ...asked, ...periodQuery(own, serverNow()), limit }, (page) =>
        api.usage.tree(account, page, { signal }),
      ),
    { meta: HEAVY },
  )
  return (
    <Loaded query={query}>
      {() =>
        items.length === 0 ? (
          <Muted>{words.nothing}</Muted>
        ) : (
          <>
            <ul className={css.level}>
              {items.map((node) => (
                <TreeNode key={`${node.kind} ${node.id}`} {...{ account, own, node, currency }} />
              ))}
            </ul>
            <More query={more} />
          </>
        )
      }
    </Loaded>
  )
}

interface NodeProps extends TreeProps {
  readonly node: Node
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
      {isOpen && <TreeLevel {...{ account, own, place, currency }} />}
    </li>
  )
}
