import type { BillFaultCode } from './bill-faults.ts'

export const JA_BILL_FAULTS: Readonly<Record<BillFaultCode, string>> = {
  bill_no_bucket: '時間の区切りがないため、比べるものがありません',
  bill_currencies: '複数の通貨の金額があります（{currencies}）',
  bill_unknown:
    '知られているレポートではありません。Anthropic（usage_report/messages、cost_report、analytics）か OpenAI（usage/completions、costs）のページ、または後者から書き出した表が必要です',
  bill_data_missing: 'ありません',
  bill_other_report: '前のページとは別のレポートのものです',
  bill_has_more: '最後のページに has_more: true とあるため、行が欠けています',
  bill_not_json: 'JSON ではありません: {reason}',
  bill_open_quote: '閉じられていない引用符があります',
  bill_empty: '空です',
  bill_cells: 'セルが {count} 個ありますが、先頭の行には {names} 個あります',
  bill_bucket_reversed: '区切りの終わりが始まりより後ではありません',
  bill_bucket_too_long: '区切りが UTC の 1 日を超えています。1 日以下の区切りで取得してください',
  bill_not_count: '0 以上の整数ではありません',
  bill_not_amount: '10 進数の金額ではありません',
  bill_row_twice: '異なる数字で 2 回現れます。絞り込みや日付の異なるレポートが混ざっています',
  bill_not_seconds: 'start_time と end_time は、1970 年からの秒数を表す整数である必要があります',
  bill_not_instants: 'starting_at と ending_at は、RFC 3339 の時刻である必要があります',
  bill_no_model: 'ありません。{parameter} を付けてレポートを取得してください',
  bill_parts: '内訳が、それを含む全体より大きくなっています',
  bill_no_line_item: 'ありません。group_by=line_item を付けてレポートを取得してください',
  bill_not_currency: 'ISO 4217 のコードではありません',
  bill_not_told_apart:
    'どのモデルのどの種類のトークンかが書かれていません。group_by[]=description（cost_report）、または model、cost_type、token_type の group_by（analytics）を付けてレポートを取得してください',
}
