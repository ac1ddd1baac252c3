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
    statement_ready: 'ご利用明細{label}ができました',
    endpoint_disabled: '「{name}」への通知を停止しました',
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
    payment: 'クレジット{amount}と税{tax}。支払い「{payment}」。',
    declined:
      '支払い「{payment}」({total})は承認されませんでした(理由:「{reason}」)。料金は発生していません。',
    endpoint: '最後の試行の結果は「{outcome}」でした。',
    failingSince: '{date}から一度も届いていません。お知らせする内容は保管しています。',
    cycle: '{start}から{end}の前までのサイクルの明細です。',
    balances:
      'サイクルの終わりの残高は、有償クレジット{prepaid}、プロモーションクレジット{promotional}です。',
    owed: '超過利用の未払い分は{owed}です。',
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
    reloadDeclined: 'お支払い方法を確認し、自動チャージをもう一度オンにしてください。',
    endpoint: '通知先を直して、もう一度有効にしてください。保管した内容をお送りします。',
    statement: '必要な操作はありません。画面、PDF、CSVでご覧いただけます。',
    test: '必要な操作はありません。この通知先は正しく動いています。',
  },
}
