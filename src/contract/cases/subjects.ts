import type { Language } from '../explain/words.ts'

/** What a case is about, where it is not a rule of the audit. A new subject does not pass its test without words. */
const SUBJECT_WORDS = {
  charge_disputed: {
    en: 'The account says that a charge is wrong.',
    ja: 'アカウントが請求の誤りを申し立てています。',
  },
  person_asked: {
    en: 'The account asks for a person.',
    ja: 'アカウントが担当者との連絡を求めています。',
  },
  account_parked: {
    en: 'Billing of the account is stopped: a self-check failed, or somebody stopped it.',
    ja: 'アカウントの課金を停止しています。自己点検で不一致が見つかったか、担当者が停止しました。',
  },
  incident_calls_failed: {
    en: 'Some calls of an incident could not be given back.',
    ja: 'インシデントの一部の呼び出しを返還できませんでした。',
  },
  provider_bill_differs: {
    en: 'The provider’s bill differs from the ledger.',
    ja: 'プロバイダーの請求書と台帳に差があります。',
  },
  processor_differs: {
    en: 'The payment processor’s balance differs from the ledger.',
    ja: '決済事業者の残高と台帳に差があります。',
  },
  fee_not_returned: {
    en: 'A plan fee was to go back, and the bank did not take it. Pay it by another way, or give it as credit.',
    ja: '返すべきプラン料金を銀行が受け付けませんでした。別の方法で支払うか、クレジットとして付与してください。',
  },
  dispute_won_after_loss: {
    en: 'A payment dispute that was lost is won after all: the money is back, the credit and its tax are not.',
    ja: '一度は認められた支払いへの異議申し立てが覆りました。代金は戻りましたが、クレジットと税は戻っていません。',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>

/** Every subject with words of its own. */
export const SUBJECT_CODES = Object.keys(SUBJECT_WORDS) as readonly (keyof typeof SUBJECT_WORDS)[]

/** A sentence for who works on the case; a code of another version stays as it is. */
export const subjectSentence = (code: string, lang: Language): string =>
  Object.hasOwn(SUBJECT_WORDS, code)
    ? SUBJECT_WORDS[code as keyof typeof SUBJECT_WORDS][lang]
    : code
