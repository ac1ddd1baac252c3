import type pg from 'pg'
import type { BesideCode } from '../../contract/timeline/codes.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { NotificationBody } from '../notifications/alerts.ts'

/** What happened beside the journal: an alert, a finding, a case, a price book that came into force. */
export interface BesideRow {
  readonly at: Instant
  /** Unique, and with the time the order of the list. */
  readonly key: string
  readonly code: BesideCode
  readonly body: {
    readonly alert?: NotificationBody
    readonly notification_id?: string
    readonly price_book?: string
    readonly rule?: string
    readonly finding_key?: string
    /** Nanos. */
    readonly difference?: string
    readonly case_id?: string
    readonly subject?: string
    /** What a decision gives back, as a decimal. */
    readonly amount?: string
  }
}

export interface BesidePage {
  readonly currency: string
  /** Not before. */
  readonly from: Instant
  /** Only what comes before this in order of time and key. */
  readonly before: readonly [at: Instant, key: string]
  /** Cases are for the people who work on them, and for the account those that it opened itself. */
  readonly allCases: boolean
  readonly limit: number
}

const BESIDE = {
  name: 'read-beside-the-journal',
  text: `
    with happened as (
      (select at, 'alert:' || notification_id as key, 'alert' as code,
         json_build_object('alert', body, 'notification_id', notification_id) as body
       from accounts.notification
       where account_id = $1::text and covered_by is null
         and at >= $3::timestamptz and at <= $4::timestamptz
       order by at desc, notification_id desc limit $7::integer + 1)
      union all
      select found_at, 'finding:' || md5(finding_key), 'finding',
        json_build_object('finding_key', finding_key, 'rule', rule, 'difference', difference::text)
      from accounts.finding
      where account_id = $1::text
        and found_at >= $3::timestamptz and found_at <= $4::timestamptz
      union all
      select e.at, 'case:' || f.case_id || ':' || lpad(e.number::text, 6, '0'),
        case e.kind when 'received' then 'case_opened' when 'appealed' then 'case_reopened'
          when 'decided' then 'case_decided_' || (e.facts->>'verdict')
          else 'case_' || e.kind end,
        json_strip_nulls(json_build_object('case_id', f.case_id, 'subject', f.subject,
          'amount', e.facts->'plan'->>'total'))
      from control.case_file f join control.case_event e on e.case_id = f.case_id
      where f.account_id = $1::text and ($6::boolean or f.origin in ('dispute', 'person_asked'))
        and e.kind in ('received', 'decided', 'appealed', 'reopened',
          'settled', 'closed', 'withdrawn', 'merged')
        and e.at >= $3::timestamptz and e.at <= $4::timestamptz
      union all
      select greatest(effective_from, published_at), 'price_book:' || book_id, 'price_book',
        json_build_object('price_book', book_id)
      from control.price_book
      where document->>'currency' = $2::text
        and greatest(effective_from, published_at) >= $3::timestamptz
        and greatest(effective_from, published_at) <= $4::timestamptz
    )
    select at, key, code, body from happened
    where (at, key collate "C") < ($4::timestamptz, $5::text collate "C")
    order by at desc, key collate "C" desc limit $7::integer`,
}

/** The latest first. */
export async function listBeside(
  pool: pg.Pool,
  accountId: string,
  page: BesidePage,
): Promise<readonly BesideRow[]> {
  const { rows } = await pool.query<Omit<BesideRow, 'at'> & { readonly at: Date }>({
    ...BESIDE,
    values: [
      accountId,
      page.currency,
      formatInstant(page.from),
      formatInstant(page.before[0]),
      page.before[1],
      page.allCases,
      page.limit,
    ],
  })
  return rows.map((row) => ({ ...row, at: instant(row.at.getTime()) }))
}
