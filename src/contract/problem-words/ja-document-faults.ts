import type { DocumentFaultCode, FaultWords } from '../../core/faults/index.ts'

const WHAT_IS_TRUE = '「not past_due and seats >= 5」のように書いてください。'
const MATCH_EVERYTHING = 'すべてを対象にするなら、指定しないでください。'

export const JA_DOCUMENT_FAULTS: Readonly<Record<DocumentFaultCode, FaultWords>> = {
  doc_not_object: ['オブジェクトではありません', '波括弧で囲んだオブジェクトを書いてください。'],
  doc_unknown_field: ['この名前の項目はありません', '使える項目: {known}。'],
  doc_not_text: ['文字列ではありません', '印字できる文字を 1〜{max} 文字書いてください。'],
  doc_not_id: [
    'ID ではありません',
    'a-z、0-9、_ と - からなる 1〜64 文字で、英小文字か数字で始めてください。',
  ],
  doc_not_allowed: ['使える語ではありません', '次のいずれかを使ってください: {allowed}。'],
  doc_not_list: ['配列ではありません', '角括弧で囲んだ配列を書いてください。'],
  doc_list_too_long: ['項目が {count} 個あります', '{max} 個までにしてください。'],
  doc_not_positive: [
    '正の金額ではありません',
    '"5.00" のように、小数点以下 9 桁までの 10 進数を文字列で書いてください。',
  ],
  doc_not_currency: ['通貨ではありません', '"USD" のような ISO 4217 のコードを使ってください。'],
  doc_empty_scope: ['空なので、何も対象になりません', MATCH_EVERYTHING],

  plan_not_version: ['バージョンではありません', '1〜{max} の整数を使ってください。'],
  plan_needs_seats: ['シートが必要です', '`seats` を書いてください。'],
  plan_window_twice: ['2 回使われています', 'ウィンドウごとに別の ID を付けてください。'],
  plan_window_length: [
    '期間の長さではありません',
    '1 分から 10 年までの ISO 8601 の期間を、月だけ、または日と時間で書いてください: "PT5H"、"P7D"、"P1M"。',
  ],
  plan_capacity_twice: [
    '2 通りに書かれています',
    'これか `capacity_per_seat` のどちらかを使ってください。',
  ],
  plan_not_model: [
    'モデルのパターンではありません',
    'モデル ID を書いてください。末尾に * を付けると、それで始まるものすべてが対象になります。',
  ],
  plan_not_outcomes: [
    '結果の一覧ではありません',
    '{"client_aborted": "nothing"} のように書いてください。',
  ],
  plan_not_minor: ['補助単位の整数になりません', '{currency} ではこの額をカードで支払えません。'],
  plan_not_seats: ['シート数ではありません', '1〜{max} を使ってください。'],
  plan_seats_reversed: ['`min` より小さい値です', '`min` 以上にしてください。'],
  plan_grace_length: ['期間の長さではありません', '90 日までを、日か時間で書いてください: "P7D"。'],
  plan_not_translations: [
    '翻訳の一覧ではありません',
    '{"ja": "…"} のように 1〜{max} 言語で書くか、指定しないでください。',
  ],
  plan_not_language: ['言語タグではありません', '"ja" や "pt-BR" のように書いてください。'],

  promotion_ends_first: ['`from` より後ではありません', '始まりより後に終わるようにしてください。'],
  promotion_not_time: [
    '時刻ではありません',
    'タイムゾーンの付いた RFC 3339 で書いてください: "2026-12-01T00:00:00Z"。',
  ],
  promotion_not_multiplier: [
    '倍率ではありません',
    '"2" のような 1 以上の 10 進数を文字列で書いてください。プロモーションは与えるだけで、減らしません。',
  ],

  campaign_not_instant: [
    '時刻ではありません',
    'タイムゾーンの付いた RFC 3339 で書いてください: "2026-04-03T16:00:00Z"。',
  ],
  campaign_local_skipped: [
    '存在しない時刻です。時計が進められて飛ばされます',
    '別の時刻を使ってください。',
  ],
  campaign_local_twice: [
    '2 回ある時刻です。時計が戻されます',
    '代わりに "2026-11-01T01:30:00-07:00" のように、オフセットの付いた時刻を書いてください。',
  ],
  campaign_not_local: ['現地時刻ではありません', '"2026-04-17T23:59" のように書いてください。'],
  campaign_not_zone: [
    'タイムゾーンではありません',
    '"America/Los_Angeles" のような IANA の名前を使ってください。',
  ],
  campaign_other_instant: [
    '現地時刻とは別の時刻です',
    '指定しないか、"{instant}" と書いてください。',
  ],
  campaign_not_plan: ['プランではありません', '"pro" または "pro@3" のように書いてください。'],
  campaign_names_none: ['空です', '1 つ以上指定してください。'],
  campaign_not_whole: ['使える数ではありません', '{min}〜{max} の整数を使ってください。'],
  campaign_too_large: ['大きすぎます', '10 億未満にしてください。'],
  campaign_not_facts: ['項目の一覧ではありません', '{"trial": "boolean"} のように書いてください。'],
  campaign_expires_ways: [
    '期限を 1 通りに書いていません',
    '{"at": …}、{"days_after_claim": 90}、{"cycle_end": true} のいずれかを書いてください。',
  ],
  campaign_not_true: ['true ではありません', '{"cycle_end": true} と書いてください。'],
  campaign_no_cycle: [
    '一緒に終わる請求サイクルがありません',
    '"repeat": "cycle" と一緒に使ってください。',
  ],
  campaign_expires_first: [
    '受け取り期間の終わりより前です',
    '最後に受け取れる時刻より後まで、クレジットが残るようにしてください。',
  ],
  campaign_rule_twice: [
    '"{id}" という規則が 2 つあります',
    'それぞれに別の "id" を付けてください。',
  ],
  campaign_not_amounts: ['金額の表ではありません', '1〜{max} 個の金額を書いてください。'],
  campaign_not_account: ['アカウントではない名前があります', 'アカウント ID を書いてください。'],
  campaign_claim_length: ['始まりより後ではありません', '期間に長さを持たせてください。'],
  campaign_claim_ways: [
    '"waves" と両方あるか、どちらもありません',
    'どちらか一方を書いてください。',
  ],
  campaign_wave_twice: ['同じ ID のものがあります', 'ウェーブごとに別の ID を付けてください。'],
  campaign_no_wave: ['空です', 'ウェーブを 1 つ以上書いてください。'],
  campaign_not_rule: ['規則ではありません', '次のいずれかを使ってください: {rules}。'],
  campaign_not_flag: ['true でも false でもありません', 'true か false を書いてください。'],

  expression_unreadable: ['ここから読み取れません（{column} 文字目）', WHAT_IS_TRUE],
  expression_rest: ['「{text}」はここに書けません（{column} 文字目）', WHAT_IS_TRUE],
  expression_expects: ['「{text}」が必要です（{column} 文字目）', WHAT_IS_TRUE],
  expression_too_deep: ['入れ子が深すぎます（{column} 文字目）', WHAT_IS_TRUE],
  expression_no_truth: ['比較か、真偽を表すものが必要です（{column} 文字目）', WHAT_IS_TRUE],
  expression_types: ['種類の異なる値を比べています（{column} 文字目）', WHAT_IS_TRUE],
  expression_list: ['同じ種類の値の並びが必要です（{column} 文字目）', WHAT_IS_TRUE],
  expression_ends: ['途中で終わっています（{column} 文字目）', WHAT_IS_TRUE],
  expression_no_value: ['値が必要です（{column} 文字目）', WHAT_IS_TRUE],
  expression_no_fact: ['「{name}」という項目はありません（{column} 文字目）', WHAT_IS_TRUE],
  expression_no_order: [
    '大小を比べられません。{type} は == と != だけで比べられます（{column} 文字目）',
    WHAT_IS_TRUE,
  ],

  incident_ends_first: [
    '`from` より後ではありません',
    'インシデントの後の最初の時刻を指定してください。',
  ],
  incident_no_error: [
    'エラーが 1 つも指定されていません',
    '{"statuses": [429]} のように書くか、指定しないでください。',
  ],
  incident_gives_nothing: [
    '何も補償しません',
    '"refund"、"rerate"、"goodwill" のいずれかを指定してください。',
  ],
  incident_no_rules: [
    '検出結果に基づきますが、範囲に規則がありません',
    '"scope" で規則を指定するか、課金を返金してください。',
  ],
  incident_claim_first: ['インシデントより前です', '受け取る時間を残してください。'],
  incident_not_id: [
    'インシデントの ID ではありません',
    'a-z、0-9 と _ からなる 1〜48 文字にしてください。',
  ],
  incident_text_missing: ['指定されていません', '英語と日本語で書いてください。'],
  incident_names_none: ['空です', '1 つ以上指定するか、指定しないでください。'],
  incident_remedy_twice: [
    '返金と再計算の両方があります',
    '"refund" と "rerate" のどちらかを選んでください。',
  ],
  incident_credit_ways: [
    '額を 1 通りに書いていません',
    '"percent" と "max"、または "tiers" を書いてください。',
  ],
  incident_no_tier: ['空です', '段階を 1 つ以上書いてください。'],
  incident_tier_falls: ['前の段階より大きくありません', '段階を損失の小さい順に並べてください。'],
}
