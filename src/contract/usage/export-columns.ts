import { TOKEN_KINDS } from '../../core/usage/usage.ts'

/** What a column of an export holds, in every format. */
export type ColumnType = 'text' | 'time' | 'amount' | 'count' | 'flag'

export interface ExportColumn {
  readonly name: string
  readonly type: ColumnType
  readonly meaning: string
}

const column = (name: string, type: ColumnType, meaning: string): ExportColumn => ({
  name,
  type,
  meaning,
})

const MONEY: readonly ExportColumn[] = [
  column('list_price', 'amount', 'What it cost, whoever paid; empty: not priced yet.'),
  column('charged', 'amount', 'Money drawn: promotional + paid + overage.'),
  column('promotional', 'amount', 'Drawn from promotional credit.'),
  column('paid', 'amount', 'Drawn from paid credit.'),
  column('overage', 'amount', 'Owed beyond credit.'),
  column('covered_by_plan', 'amount', 'List price that the windows of the plan carried.'),
  column('absorbed', 'amount', 'What the platform carried.'),
  column('refunded', 'amount', 'Money given back.'),
  column('returned_to_plan', 'amount', 'Given back to the windows.'),
  column('reversed', 'amount', 'Taken back by reversals.'),
]

/** Of an export of calls: the receipt of each as it stood. */
export const CALL_COLUMNS: readonly ExportColumn[] = [
  column('receipt_id', 'text', 'Its receipt.'),
  column('call_id', 'text', 'The call.'),
  column('event_at', 'time', 'When it was made.'),
  column('ended_at', 'time', 'When its last attempt ended.'),
  column('status', 'text', 'How it stands, corrections included.'),
  column('verdict', 'text', 'Who carried it.'),
  column('outcome', 'text', 'What happened to it.'),
  column('model', 'text', 'As served; as requested where nothing was served.'),
  column('model_requested', 'text', 'As requested.'),
  column('key_id', 'text', 'The key.'),
  column('member_id', 'text', 'The member.'),
  column('project_id', 'text', 'The project.'),
  column('session_id', 'text', 'The session.'),
  column('parent_call_id', 'text', 'The call that it was made for.'),
  column('client', 'text', 'The client.'),
  column('tags', 'text', 'Its tags, with a space between two.'),
  column('attempts', 'count', 'Tries, the last one included.'),
  column('is_estimated', 'flag', 'Whether some of its usage is our own count.'),
  column('currency', 'text', 'Of the amounts.'),
  ...MONEY,
  column('tokens', 'count', 'Tokens of all kinds.'),
  ...TOKEN_KINDS.map((kind) =>
    column(`tokens_${kind}`, 'count', `Tokens of the kind \`${kind}\`.`),
  ),
  column('seq', 'count', 'The last journal entry about it.'),
]

/** Of an export of sums. */
export const SUM_COLUMNS: readonly ExportColumn[] = [
  column('start', 'time', 'Where the piece of time begins.'),
  column('end', 'time', 'Where it ends; not part of it.'),
  column('group_by', 'text', 'What the sums are split by.'),
  column('key', 'text', 'The group; empty: calls that have none.'),
  column('currency', 'text', 'Of the amounts.'),
  column('calls', 'count', 'Calls; empty where the group cannot split them.'),
  column('unpriced_calls', 'count', 'Of them, calls that are not priced yet.'),
  column('tokens', 'count', 'Tokens of all kinds.'),
  ...MONEY,
]
