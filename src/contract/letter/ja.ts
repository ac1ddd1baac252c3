import type { LetterWords } from './words.ts'

export const letterJa: LetterWords = {
  title: '請求内容に関する異議申立書',
  greeting: '請求ご担当者様',
  opening:
    '{from}から{to}までの貴社の請求{charges}件を、当方の呼び出し記録{calls}件と照合いたしました。',
  claim: '当方の記録によれば、{amount}が過大に請求されています。この金額の返金をお願いいたします。',
  doubtful:
    'このほか、{amount}（{count}件）の請求が当方の記録と一致しませんが、当方の記録だけでは断定できません。併せてご確認をお願いいたします。',
  nothing: '異議を申し立てるべき請求は見つかりませんでした。',
  faults: {
    failed_call_charged: '失敗した、または拒否された呼び出しへの請求',
    unbillable_charged: '無料であるべきものへの請求',
    zero_usage_charged: '使用量の報告がない呼び出しへの、推定による請求',
    cut_stream_overcharged: '当方に届いていない出力への請求',
    stream_misread: '累計で報告されるストリームの使用量の二重加算',
    cache_double_counted: 'キャッシュ済みトークンの二重請求、または新規トークンの単価での請求',
    cache_lifetime_mixed: 'キャッシュ書き込みへの、異なる保持期間の単価の適用',
    reasoning_miscounted: '推論トークンの二重請求',
    modality_double_counted: '画像・音声トークンの二重請求',
    fee_without_call: '呼び出していないツールの料金の請求',
    band_mispriced: '異なるプロンプト長の単価の適用',
    tier_mispriced: '異なるサービス階層または速度の単価の適用',
    model_mispriced: '異なるモデルの単価の適用',
    price_version_wrong: '呼び出し時点で有効でない単価の適用',
    identity_broken: '報告された数量に矛盾があり、多い方で請求されたもの',
    duplicate_charge: '同一の呼び出しへの重複請求',
    retry_charged: '再試行への、初回に加えた請求',
    charge_without_call: '当方が行っていない呼び出しへの請求',
    otherwise: '数量と単価の積に一致しない請求',
  },
  faultSum: '{count}件、過大分{amount}。',
  columns: ['呼び出し', '日時（UTC）', '請求額', '正しい額', '過大分', '当方の記録'],
  claimed: '返金をお願いする請求',
  toCheck: 'ご確認をお願いする請求',
  method:
    '各呼び出しの正しい額は、貴社が報告した使用量に、その時点で有効な公表単価（価格表：{books}）を乗じたものです。金額は10億分の1単位まで正確で、それ未満は切り捨てています。',
  asked: '訂正のご連絡、または請求が正しいことを示す記録のご提示をお願いいたします。',
  closing: '敬具',
}
