import type { AlertWords } from './words.ts'

export const alertsJa: AlertWords = {
  titles: {
    window_level: '{window}: 使用{used}% - 残り{left}%',
    window_used_up: '{window}を使い切りました: 使用{used}% - 残り{left}%',
    window_forecast: '{window}はリセット前に使い切る見込みです: 使用{used}% - 残り{left}%',
    window_reset: '{window}がリセットされました',
    cap_level: '{cap}: 使用{used}% - 残り{left}%',
    cap_used_up: '{cap}に達しました: 使用{used}% - 残り{left}%',
    cap_forecast: '{cap}に期間の終わりより前に達する見込みです: 使用{used}% - 残り{left}%',
    paid_use_started: 'この請求サイクルで有償利用が始まりました',
    spend_anomaly: 'この1時間の支出がいつもより多くなっています',
    lot_expiring: '{lot}の期限が近づいています: 残り{amount}',
    paid_use_on: '有償利用がオンになりました',
    paid_use_off: '有償利用がオフになりました',
    cap_set: '{cap}が設定されました: {amount}',
    cap_removed: '支出上限が削除されました',
    reload_done: '自動チャージで{total}を請求しました',
    reload_declined: '自動チャージが承認されず、停止しました',
    reload_stopped: '自動チャージを停止しました。料金は発生していません',
    reload_limited: '自動チャージが設定された上限に達しました',
    payment_failed: 'プラン「{plan}」の料金が支払われていません',
    statement_ready: 'ご利用明細{label}ができました',
    endpoint_disabled: '「{name}」への通知を停止しました',
    campaign_open: 'クレジットを受け取れます: {name}、{amount}',
    incident_remedied: '当社の誤りを訂正しました: {name}',
    refund_given: '誤って請求した{amount}をお戻ししました',
    refunds_given: '{count}件、合計{amount}の誤った請求をお戻ししました',
    test: '通知先のテスト',
  },
  lines: {
    account: 'アカウント:「{name}」({id})。',
    asOf: '数値は{date}時点、記帳番号{seq}のものです。',
    standing: '使用{used}% - 残り{left}%。',
    amounts: '{limit}のうち{used}を使用 - 残り{left}。',
    resets: '{when}にリセットされます。',
    neverResets: 'リセットはありません。',
    runsOut: 'これまでのペースでは、{when}に使い切ります。',
    cap: '対象の上限: {cap}。',
    windowOpen: '新しい期間が始まりました。定価で{limit}まで使えます。',
    windowStarts: '次の呼び出しから始まります。定価で{limit}まで使えます。',
    paid: 'サイクルが始まった{date}から、有償クレジットと超過利用で{amount}を使いました。',
    cycleEnds:
      'サイクルは{when}に終わります。次のサイクルで有償利用が始まったときに、またお知らせします。',
    anomaly: 'この1時間の支出は{spent}です。過去7日間のいつもの1時間は{usual}です。',
    hour: 'この1時間は{date}に始まりました。',
    lot: '{limit}のうち{used}を使用 - 残り{left}。',
    expires: '{when}に失効します。残りは使えなくなります。',
    changedBy: '{date}に「{actor}」が変更しました。料金は発生していません。',
    entry: '詳細は記帳番号{seq}にあります。',
    payment: '{total}を請求しました(本体{amount}、税{tax})。',
    paidWith: 'お支払い方法は{card}、支払い番号は「{payment}」です。',
    method: '{brand} ****{last4}',
    methodUnknown: '登録済みのカード',
    newLot: '{amount}のクレジットを追加しました(ロット「{lot}」)。有効期限はありません。',
    newLotEnds: '{amount}のクレジットを追加しました(ロット「{lot}」)。{when}に失効します。',
    paymentId: '支払い番号は「{payment}」です。',
    declined:
      '{card}への{total}の請求(本体{amount}、税{tax})は承認されませんでした(理由:「{reason}」)。料金は発生していません。',
    authentication_required:
      '{card}への{total}の請求(本体{amount}、税{tax})について、カード会社がご本人の確認を求めています。料金はまだ発生していません。',
    method_removed:
      '{total}(本体{amount}、税{tax})を請求するカードが削除されています。料金は発生していません。',
    terms_changed:
      'クレジット{amount}にかかる税が、同意いただいた内容と異なります(現在は{tax})。料金は発生していません。',
    not_charged:
      '{card}への{total}の請求(本体{amount}、税{tax})は、時間内に行われませんでした。料金は発生していません。',
    no_longer_due: '{total}の請求は不要になりました。料金は発生していません。',
    day_limit:
      'クレジットが少なくなっていますが、あと{total}(本体{amount}、税{tax})を請求すると1日の上限を超えます。料金は発生していません。',
    month_limit:
      'クレジットが少なくなっていますが、あと{total}(本体{amount}、税{tax})を請求すると1か月の上限を超えます。料金は発生していません。',
    again: '{when}に自動的に再開します。',
    never: '1回の請求額が上限を超えているため、この条件では再開しません。',
    feeDeclined:
      '{card}への{total}の請求(本体{amount}、税{tax})は承認されませんでした(理由:「{reason}」)。料金は発生していません。',
    feeAwaited:
      '{amount}と税のお支払いが必要ですが、請求できるカードがありません(理由:「{reason}」)。',
    feeRetry: '{when}にもう一度請求します。',
    feeNoRetry: '自動で再び請求することはありません。',
    feeEnds:
      'それまでプランは継続します。お支払いがない場合、プランは{when}に終了し、「{fallback}」になります。クレジットはそのまま残ります。',
    endpoint: '最後の試行の結果は「{outcome}」でした。',
    failingSince: '{date}から一度も届いていません。お知らせする内容は保管しています。',
    offer: '金額は{amount}です。受け取っても設定は変わらず、請求もありません。',
    claimUntil: '{when}まで受け取れます。',
    claimOpen: '受け取りの期限はありません。',
    offerExpires: '今受け取ると、使わなかった分は{when}に失効します。',
    cycle: '{start}から{end}の前までのサイクルの明細です。',
    balances:
      'サイクルの終わりの残高は、有償クレジット{prepaid}、プロモーションクレジット{promotional}です。',
    owed: '超過利用の未払い分は{owed}です。',
    invoiced: 'この明細の請求書は{total}、お支払い期限は{date}です。',
    happened: '{words}',
    givenBack: '{calls}件の呼び出しについて、{amount}を元のクレジットまたは超過利用に戻しました。',
    givenToPlan: 'プランに含まれる利用分{amount}を、利用枠に戻しました。',
    nothingToGive: '対象の呼び出しの料金は、すでに返還済みです。',
    goodwill: 'さらに、{amount}のクレジットを{when}まで受け取れます。',
    goodwillEnds:
      '受け取りから{days}日後に失効します。受け取っても設定は変わらず、料金も発生しません。',
    wrongCharge: 'レシート{receipt}の呼び出しについてのお知らせです。',
    wrongCharges: '当方の検査で見つかったもので、お申し出は不要です。',
    refundOf: '{amount}（レシート{receipt}、記帳{seq}）：{rule}',
    moreRefunds: 'ほかに{count}件あります。すべては検出結果の一覧にあります。',
    backToPlan: '{amount}はプランの利用枠に戻りました。',
    backToOverage: '{amount}を超過利用の未払い分から差し引きました。',
    backToCard: '購入されたクレジットが含まれます。未使用分は、ご希望によりカードへ返金できます。',
    backToCredit: '{amount}は元のクレジットに戻りました。',
    test: 'ご依頼によりお送りしています。アカウントには何も起きていません。',
  },
  next: {
    windowCredit: '必要な操作はありません。使い切った後の呼び出しにはクレジットを使います。',
    windowStops:
      '使い切ると、リセットまで呼び出しは停止されます。続けるには、クレジットを追加して有償利用をオンにしてください。',
    windowUsedUpCredit:
      '呼び出しにはクレジットを使います。止めるには、有償利用をオフにするか、支出上限を設定してください。',
    windowUsedUpStops:
      'リセットまで呼び出しは停止され、料金は発生しません。すぐに続けるには、クレジットを追加して有償利用をオンにしてください。',
    cap: '上限を超える呼び出しはお受けできなくなります。上限はアカウントの所有者が引き上げられます。',
    capUsedUp:
      '支払いが必要な呼び出しはお受けできず、料金も発生しません。上限はアカウントの所有者が引き上げられます。',
    windowReset: '続けてご利用いただけます。',
    paidUseStarted: '心当たりがなければ、有償利用をオフにするか、支出上限を設定してください。',
    anomaly:
      '最近の呼び出しを確認し、キーが不正に使われていれば無効にしてください。支出上限で支出を抑えられます。',
    lot: '必要な操作はありません。期限の近いものから使います。',
    changed: '心当たりがなければ、設定を元に戻し、見覚えのないキーを無効にしてください。',
    reloadDone: '止めるには、自動チャージをオフにしてください。',
    reloadDeclined:
      'カードを確認するか別のカードを登録して、自動チャージをもう一度オンにしてください。それまで請求はありません。',
    reloadConfirm:
      '購入の一覧でこの支払いのリンクを開いて確認し、自動チャージをもう一度オンにしてください。',
    reloadAgree: '新しい条件を確認し、自動チャージをもう一度オンにしてください。',
    reloadLimited: 'すぐに続けるには、クレジットを購入するか、上限を引き上げてください。',
    payFee:
      'カードを確認するか、別のカードを登録してください。すぐに支払うには、契約を更新してください。',
    endpoint: '通知先を直して、もう一度有効にしてください。保管した内容をお送りします。',
    campaign:
      'ご希望の場合は受け取ってください。受け取らなければ何も付与されず、失うものもありません。',
    statementDue: '請求書の番号を添えて、期限までにお支払いください。',
    statement: '必要な操作はありません。明細書は画面でも、印刷用の形でもご覧いただけます。',
    incident: '必要な操作はありません。返還の内容は各呼び出しのレシートでご確認いただけます。',
    goodwill:
      '返還分について必要な操作はありません。クレジットをご希望の場合は、期限までに受け取ってください。',
    refundGiven: '操作は不要です。請求した額と戻した額はレシートで確認できます。',
    test: '必要な操作はありません。この通知先は正しく動いています。',
  },
}
