import { AUDIT_RULES, type AuditRule } from '../../core/audit/rules.ts'
import type { Language } from './words.ts'

/** What was wrong with a charge, by the rule of the audit that found it. */
const RULE_WORDS: Readonly<Record<AuditRule, Readonly<Record<Language, string>>>> = {
  failed_call_charged: {
    en: 'The call had failed or was refused.',
    ja: '失敗または拒否された呼び出しでした。',
  },
  unbillable_charged: {
    en: 'The call is of a kind that is not billed.',
    ja: '請求の対象ではない呼び出しでした。',
  },
  zero_usage_charged: {
    en: 'No usage was reported, and a guess was charged.',
    ja: '使用量の報告がないのに、推定で請求していました。',
  },
  cut_stream_overcharged: {
    en: 'More was charged than had reached you before the connection ended.',
    ja: '接続が切れるまでに届いた分より多く請求していました。',
  },
  stream_misread: {
    en: 'The usage of a stream was added up wrongly.',
    ja: 'ストリームの使用量を誤って合計していました。',
  },
  cache_double_counted: {
    en: 'Cached tokens were counted twice.',
    ja: 'キャッシュのトークンを二重に数えていました。',
  },
  cache_lifetime_mixed: {
    en: 'Cache writes were charged at the price of another lifetime.',
    ja: 'キャッシュ書き込みを、別の保持時間の価格で請求していました。',
  },
  reasoning_miscounted: {
    en: 'Reasoning tokens were counted wrongly.',
    ja: '推論トークンを誤って数えていました。',
  },
  modality_double_counted: {
    en: 'Image or audio tokens were counted twice.',
    ja: '画像または音声のトークンを二重に数えていました。',
  },
  fee_without_call: {
    en: 'A fee was charged for a tool that was not called.',
    ja: '呼び出されていないツールの料金を請求していました。',
  },
  band_mispriced: {
    en: 'The price of another prompt length was used.',
    ja: '別のプロンプト長の価格を使っていました。',
  },
  tier_mispriced: {
    en: 'The price of another service tier was used.',
    ja: '別のサービス階層の価格を使っていました。',
  },
  model_mispriced: {
    en: 'The price of another model was used.',
    ja: '別のモデルの価格を使っていました。',
  },
  price_version_wrong: {
    en: 'Prices were used that were not in force at the time of the call.',
    ja: '呼び出しの時点で有効ではない価格を使っていました。',
  },
  negative_amount: {
    en: 'An amount below zero was posted.',
    ja: 'ゼロ未満の金額を記帳していました。',
  },
  rate_mispriced: {
    en: 'The amount was not quantity times price.',
    ja: '金額が数量と単価の積と一致していませんでした。',
  },
  total_not_closed: {
    en: 'The sums of the charge did not add up.',
    ja: '請求の合計が一致していませんでした。',
  },
  identity_broken: {
    en: 'The provider’s counts contradict each other, and the higher reading was charged.',
    ja: '提供元の数値に矛盾があり、高い方で請求していました。',
  },
  duplicate_charge: {
    en: 'The same call was charged twice.',
    ja: '同じ呼び出しを二重に請求していました。',
  },
  retry_charged: {
    en: 'A retry was charged beside its first attempt.',
    ja: '再試行を最初の試行とは別に請求していました。',
  },
  charge_without_call: {
    en: 'There was no call for the charge.',
    ja: '請求に対応する呼び出しがありませんでした。',
  },
  event_misdated: {
    en: 'The call was put into another period.',
    ja: '呼び出しを別の期間に計上していました。',
  },
  paid_before_included: {
    en: 'Paid credit was drawn although your plan had room.',
    ja: 'プランに余裕があるのに、有償クレジットを使っていました。',
  },
  paid_before_promotional: {
    en: 'Paid credit was drawn although promotional credit was left.',
    ja: 'プロモーションクレジットが残っているのに、有償クレジットを使っていました。',
  },
  expired_lot_used: {
    en: 'Credit was drawn outside the time for which it was valid.',
    ja: '有効期間外のクレジットを使っていました。',
  },
  lot_out_of_scope: {
    en: 'Credit was drawn for a call that it is not for.',
    ja: '対象ではない呼び出しにクレジットを使っていました。',
  },
  source_overdrawn: {
    en: 'More was drawn from a source than there was in it.',
    ja: '残高を超えて引き落としていました。',
  },
  cap_exceeded: {
    en: 'Your cap was exceeded.',
    ja: '上限を超えていました。',
  },
  refused_with_funds: {
    en: 'A call was refused although it could have been paid.',
    ja: '支払えるはずの呼び出しを拒否していました。',
  },
  window_bounds_wrong: {
    en: 'A window began or ended at the wrong moment.',
    ja: '利用枠の開始または終了の時刻が誤っていました。',
  },
  counter_stale: {
    en: 'A counter did not agree with the journal.',
    ja: 'カウンターが記帳と一致していませんでした。',
  },
  hold_leaked: {
    en: 'What had been reserved for a call was not given back.',
    ja: '呼び出しのために確保した分が戻っていませんでした。',
  },
  reversal_not_mirrored: {
    en: 'A correction gave back more than it corrects.',
    ja: '訂正が、訂正対象より多く戻していました。',
  },
  reload_without_consent: {
    en: 'A card was charged without your consent.',
    ja: '同意のない請求をカードに行っていました。',
  },
  reload_beyond_limits: {
    en: 'Auto-reload charged more than you had agreed to.',
    ja: '自動チャージが、同意された範囲を超えて請求していました。',
  },
  top_up_duplicated: {
    en: 'One payment was credited twice.',
    ja: '一つの支払いを二重に入金していました。',
  },
  tax_not_closed: {
    en: 'The tax was rounded in two different ways.',
    ja: '税額の端数処理が一致していませんでした。',
  },
  unusual_burn: {
    en: 'The use was far above what is usual.',
    ja: '利用が通常を大きく上回っていました。',
  },
}

/** Every rule of the audit, in its order. */
export const RULE_CODES = Object.keys(RULE_WORDS) as readonly AuditRule[]

const isRule = (code: string): code is AuditRule => AUDIT_RULES.some((rule) => rule === code)

/** A sentence for people; a code that is no rule of the audit stays as it is. */
export const ruleSentence = (code: string, lang: Language): string =>
  isRule(code) ? RULE_WORDS[code][lang] : code
