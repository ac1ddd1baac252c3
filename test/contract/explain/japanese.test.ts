import { expect, test } from 'vitest'
import { readSources } from '../../tidy/sources.ts'

/* One word for one thing, in Japanese too: on screens, in answers, in mails and for agents. */

/** Words that stood for the same thing once, each with the one that is used. */
const ONE_WORD: readonly (readonly [other: string, used: string])[] = [
  ['特典クレジット', 'プロモーションクレジット'],
  ['有料クレジット', '有償クレジット'],
  ['購入済みクレジット', '有償クレジット'],
  ['有料利用', '有償利用'],
  ['レシート', '明細'],
  ['トップアップ', 'チャージ'],
  ['オートリロード', '自動チャージ'],
  ['アラート', '通知'],
  ['所有者', 'オーナー'],
  ['進行中の呼び出し', '実行中の呼び出し'],
  ['進行中の別の呼び出し', '実行中の別の呼び出し'],
]

const files = readSources().filter(({ path }) => path.startsWith('src/'))
const inJapanese = files.filter(({ text }) => /[\u3040-\u30ff]/.test(text))

test('there are words to look at', () => {
  expect(inJapanese.length).toBeGreaterThan(50)
})

test.each(ONE_WORD)('%s is called %s', (other, used) => {
  expect(inJapanese.filter(({ text }) => text.includes(other)).map(({ path }) => path)).toEqual([])
  expect(inJapanese.some(({ text }) => text.includes(used))).toBe(true)
})
