import type { FaultWords } from '../../core/faults/index.ts'
import type { REQUEST_FAULTS } from './fault-words.ts'

const PUBLIC_ADDRESS =
  '公開された https のアドレスを指定してください。メールの場合はメールアドレスです。'
const SHORTER = '期間を短くしてください。'
const EVIDENCE = 'ID、ステータス、時間だけを送ってください。'
const RFC_3339 = 'タイムゾーンの付いた RFC 3339 で送ってください。'
const SCOPE_ID =
  'メンバー、キー、プロジェクト、モデルのいずれかを指定してください。アカウントの上限なら指定しません。'
const IN_THE_ROW = '{ref} を修正してください。何も公開されていません。'

export const JA_REQUEST_FAULTS: Readonly<Record<keyof typeof REQUEST_FAULTS, FaultWords>> = {
  body_missing: ['送られていません', 'JSON のオブジェクトを送ってください。'],
  body_unwanted: ['ここでは受け取れません', '本文なしで送ってください。'],
  body_too_deep: ['入れ子が {max} 段より深くなっています', '入れ子を浅くして送ってください。'],
  body_too_wide: [
    '{count} 個の要素を持つ配列かオブジェクトがあります',
    '1 つの配列に入れられるのは {max} 個までです。',
  ],
  parameter_unknown: [
    'このパラメーターはありません',
    '指定しないでください。このアドレスはパラメーターを取りません。',
  ],
  account_missing: [
    '指定されていません',
    '運営者のトークンはどのアカウントのものでもないので、アカウントを指定してください。',
  ],
  tool_account_missing: [
    '指定されていません',
    'このトークンはどのアカウントのものでもないので、アカウントを指定してください。',
  ],
  idempotency_key_form: [
    '形式が正しくありません',
    'A-Z、a-z、0-9 と . _ : @ + / = - からなる 1〜128 文字にしてください。',
  ],
  case_header_form: [
    '形式が正しくありません',
    '担当しているケースの ID を送るか、指定しないでください。',
  ],
  time_zone_unknown: [
    'タイムゾーンではありません',
    'Asia/Tokyo のような IANA の名前を使ってください。',
  ],

  bound_to_key: [
    'アカウントキーに結び付けられた値と異なります',
    '指定しないでください。キーで決まっています。',
  ],
  tag_key_twice: [
    '同じキーに値が 2 つあります',
    'キーは 1 つずつ送ってください。呼び出しはキーごとに 1 つの値で数えられます。',
  ],
  expected_above_max: [
    '`prompt_tokens_max` より大きい値です',
    '指定しないか、`prompt_tokens_max` 以下の値を送ってください。',
  ],
  output_unknown: [
    '指定されておらず、モデルがどれだけ書けるかは価格表にもありません',
    '呼び出しが書くトークン数の上限を送ってください。',
  ],
  usage_absent: [
    '形式 {dialect} の使用量がありません',
    '使用量を含むプロバイダーの応答を送ってください。プロバイダーが伝えなかった場合は `"usage": null` です。',
  ],
  usage_too_large: [
    '{name} が {count} になっています',
    '1 回の呼び出しでは、それぞれ {max} までです。',
  ],
  evidence_too_deep: ['入れ子が {max} 段より深くなっています', EVIDENCE],
  evidence_too_long: ['{max} 文字を超えています', EVIDENCE],

  reason_missing: [
    '指定されていません',
    'オーナーに代わって運営者が有償利用を切り替える理由を書いてください。台帳に記録されます。',
  ],
  cap_scope_missing: ['指定されていません', SCOPE_ID],
  cap_scope_unwanted: ['アカウントの上限には付けられません', SCOPE_ID],
  signals_of_operator: [
    'アカウントキーでは受け取れません',
    'シグナルは運営者が見たものです。運営者のトークンで送ってください。',
  ],
  address_not_mail: ['メールアドレスではありません', PUBLIC_ADDRESS],
  address_not_url: ['URL ではありません', PUBLIC_ADDRESS],
  address_not_https: ['https:// で始まっていません', PUBLIC_ADDRESS],
  address_credentials: ['ユーザー名またはパスワードが含まれています', PUBLIC_ADDRESS],
  address_is_link: ['サーバー自身のリンクのアドレスです', PUBLIC_ADDRESS],
  address_leads_to_link: ['サーバー自身のリンクのアドレスにつながります', PUBLIC_ADDRESS],
  address_is_private: ['公開されたインターネットのアドレスではありません', PUBLIC_ADDRESS],
  address_leads_to_private: [
    '公開されたインターネットのものではないアドレスにつながります',
    PUBLIC_ADDRESS,
  ],
  address_not_found: ['対応するアドレスがありません', PUBLIC_ADDRESS],
  address_not_looked_up: ['アドレスを調べられません', PUBLIC_ADDRESS],

  price_book_twice: [
    '`price_book` と同時に指定されています',
    'どちらか一方を送ってください。有効な価格表を使うなら、どちらも要りません。',
  ],
  corrects_other: [
    '同じ通貨で同じ時刻に有効になる、別の価格表ではありません',
    '誤っていた価格表を指定し、その `effective_from` をそのまま使ってください。',
  ],
  draft_and_document: ['`based_on` と一緒には使えません', 'どちらか一方だけを送ってください。'],
  book_named_once: [
    '価格表を指定する 3 つの方法の 1 つです',
    '`document`、`draft_id`、`price_book_id` のうち 1 つだけを送ってください。',
  ],
  span_too_long: ['`from` から 31 日以内ではありません', SHORTER],
  ends_before_opening: [
    'アカウントの開設より前です',
    '終わりを `opened_at` より後にしてください。',
  ],
  policy_rate: ['10 進数ではありません', IN_THE_ROW],
  policy_tax_point: [
    '`use` ですが、クレジットを使う時の税は計算されないため、クレジットが税なしで売られることになります',
    IN_THE_ROW,
  ],
  policy_validity: ['ISO 8601 の期間ではありません', IN_THE_ROW],
  bundle_no_other_plans: ['その他すべてのプランの行 `*` がありません', IN_THE_ROW],
  bundle_price: ['{currency} でカードから支払える金額ではありません', IN_THE_ROW],
  bundle_face: ['価格より小さい額です', IN_THE_ROW],
  bundle_twice: ['2 回現れます', IN_THE_ROW],
  theme_contrast: [
    '{back} の上の {front} のコントラストは {ratio} 対 1 です',
    '{by} を別の色にしてください。{least} 対 1 以上が必要です。',
  ],

  moment_future: [
    '未来の時刻です',
    '過ぎた時刻を指定してください。現在の状態は {address} にあります。',
  ],
  moment_before_opening: [
    'アカウントの開設より前です',
    'アカウントの `opened_at` 以後の時刻を指定してください。',
  ],
  statement_and_interval: [
    '`from` や `until` と一緒には使えません',
    '明細か期間の、どちらか一方を指定してください。',
  ],
  from_after_until: ['`until` より後です', '早いほうの時刻を `from` に指定してください。'],
  log_sizes_reversed: [
    '`to` より大きい値です',
    '小さいほうのサイズを先に指定してください。ログは増える一方です。',
  ],
  base_date_open: ['日本ではまだ終わっていない日です', '過去の基準日を指定してください。'],

  usage_too_many_rows: ['{max} 行を超えます', '期間を短くするか、まとめ方を粗くしてください。'],
  usage_from_late: ['`to` より前ではありません', 'もっと早い時刻を送ってください。'],
  usage_cycle_and_interval: [
    '`from` や `to` と一緒に送られています',
    'どちらか一方を送ってください。',
  ],
  usage_no_cycle: [
    'ありません。締められた請求サイクルがまだありません',
    '`current` を指定してください。',
  ],
  usage_too_many_pieces: [
    '{max} 個を超える区間になります',
    '期間を短くするか、区間を長くしてください。',
  ],
  usage_tag_missing: ['指定されていません', '値ごとにまとめるタグを指定してください。'],
  usage_not_split: [
    '{group} では分けられません。部分の合計が全体と合いません',
    '`list_price` を選んでください。',
  ],
  export_tag_missing: ['指定されていません', '分けるためのタグを指定してください。'],
  filter_not_list: ['値の並びではありません', '値をコンマで区切って送ってください。'],
  filter_no_value: ['この項目の値ではありません', '次のいずれかを送ってください: {values}。'],

  reason_not_in_policy: ['ポリシーにない理由です', '次から選んでください: {reasons}。'],
  reason_no_policy: [
    'ポリシーにない理由です',
    'サポートポリシーが公開されていないため、選べる理由がありません。',
  ],
  line_unknown: [
    '{call} はこのアカウントの課金された呼び出しではありません',
    '課金のある呼び出しを指定してください。',
  ],
  line_not_in_case: [
    '{call} はこのケースの対象ではありません',
    'ケースの対象の呼び出しを指定してください。この呼び出しは、単独で、または別のケースで返金してください。',
  ],
  payment_not_in_case: [
    'このケースの対象ではありません',
    'ケースの対象の支払いを指定してください。この支払いは単独で返金してください。',
  ],
  line_nothing_left: ['{call} には返金できる額が残っていません', 'この呼び出しを外してください。'],
  line_above_left: [
    '{call} の額が、課金の残りを超えています',
    '残り全額を返金するには、額を指定しないでください。',
  ],
  line_below_finding: [
    '{call} の額が、監査で誤りとされた額より少なくなっています',
    'その額以上を返金するか、先に検出結果を却下してください。',
  ],
  line_twice: ['{call} が 2 回指定されています', '呼び出しは 1 回ずつ指定してください。'],
  line_zero: ['{call} の額が 0 です', '0 より大きい額を指定してください。'],
  dispute_ends_first: [
    '`from` より後ではありません',
    '期間に含まれない最初の時刻を指定してください。',
  ],
  support_not_duration: [
    '「{text}」は期間ではありません',
    'ISO 8601 で書いてください: PT4H、P2D。',
  ],
  macro_fact: [
    '{fact} は定型文で使える項目ではないか、片方の言語にしかありません',
    '次の項目を両方の言語で同じように使ってください: {facts}。',
  ],
  rule_unknown: [
    '監査の規則ではありません',
    'docs/concepts/detection.md にあるものを指定してください。何も公開されていません。',
  ],
  books_differ_at: [
    '不変条件 {invariant}: {found}',
    '「everycent verify -a ACCOUNT」で原因を調べてください。アカウントは停止したままで、何も変更されていません。',
  ],
  provider_missing: ['指定されていません', 'どのプロバイダーの請求かを指定してください。'],
  order_not_time: ['時刻ではありません', RFC_3339],
  order_ends_first: ['`from` より後ではありません', '期間の終わりを送ってください。'],
  order_too_long: ['`from` から離れすぎています', '期間は最長 {max} 日です。'],
}
