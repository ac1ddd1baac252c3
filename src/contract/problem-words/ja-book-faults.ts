import type { BookFaultCode } from '../../core/faults/index.ts'

export const JA_BOOK_FAULTS: Readonly<Record<BookFaultCode, string>> = {
  book_not_object: 'オブジェクトである必要があります',
  book_unknown_field: '「{name}」という項目はありません。使える項目: {known}',
  book_list_missing: '指定されていません。配列が必要です',
  book_not_list: '配列である必要があります',
  book_list_too_long: '項目が {count} 個あります。{max} 個までです',
  book_missing: '指定されていません',
  book_not_string: '文字列である必要があります',
  book_empty: '空にはできません',
  book_too_long: '{max} 文字までです',
  book_control: '制御文字は使えません',
  book_not_count: 'トークン数を表す 0 以上の整数である必要があります',
  book_price_number:
    '数値の {value} です。浮動小数点数は正確でないため、"0.25" のような 10 進数の文字列で書いてください',
  book_price_not_text: '"0.25" のような 10 進数の文字列である必要があります',
  book_price_not_decimal: '「{value}」は "0.25" のような 10 進数ではありません',
  book_price_negative: '負の値です。0 より小さい価格は読み込まれません',
  book_price_too_fine:
    '小数点以下が {decimals} 桁あります。お金は 10 億分の 1 単位で数えるため、9 桁までです',
  book_price_not_plain:
    '「{value}」は標準の書き方ではありません。先頭に余分な 0 を付けず、整数部は 18 桁までにしてください',
  book_not_currency: '"USD" のような ISO 4217 のコードである必要があります',
  book_twice: '{id} が 2 回現れます',
  book_multiplier_not_decimal:
    '"1.5" のような、0 より大きく小数点以下 9 桁までの 10 進数の文字列である必要があります',
  book_multiplier_zero: '0 より大きい必要があります',
  book_multiplier_too_large: '1000 以下である必要があります',
  book_weights_rule: '"highest" か "product" である必要があります',
  book_not_instant: '"2026-10-07T00:00:00Z" のような、タイムゾーンの付いた日時である必要があります',
  book_ends_first: 'from より後である必要があります',
  book_not_scope: 'ID の配列である必要があります。すべてを対象にするなら、指定しないでください',
  book_two_bands:
    'prompt_tokens_above と prompt_tokens_from の両方があります。どちらか一方にしてください',
  book_row_twice: '{first} とモデル、種類、条件が同じです',
  book_unknown_kind: '{kind} という種類はありません。使える種類: {known}',
  book_feature: '価格は機能によって変えられません。重みを使ってください',
  book_fee_name: '半角の英小文字、数字、_ からなる名前である必要があります',
  book_fee_twice: '{first} とモデル、料金が同じです',
  book_not_regex: '正規表現ではありません',
  book_back_reference: '後方参照は使えません',
  book_look_around: '先読み、後読み、名前付きグループは使えません',
  book_nested_repeat: '中身の変わるグループは繰り返せません',
  book_too_many_repeats:
    '上限のない繰り返しは {unbounded} 個まで、"?" を含めて {variable} 個までです',
}
