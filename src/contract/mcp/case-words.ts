import type { CaseState } from '../../core/cases/index.ts'
import type { Language, Template } from '../explain/words.ts'

type Words = Readonly<
  Record<
    | 'objects'
    | 'wants'
    | 'calls'
    | 'period'
    | 'purchase'
    | 'asks'
    | 'asksIn'
    | 'stands'
    | 'standsUntil'
    | 'offered'
    | 'wroteAccount'
    | 'wroteSupport'
    | 'desk'
    | 'deskUntil'
    | 'noAccount'
    | 'step'
    | 'stepSaid',
    Template
  >
> & { readonly states: Readonly<Record<CaseState, Template>> }

const EN: Words = {
  objects:
    'You object to {about}, in these words: “{words}” It is checked at once, and what our check finds to be wrong is offered back. Nothing is charged, and it can be taken back until it is decided.',
  wants: 'You ask for this: “{wants}”',
  calls: 'what was charged for {calls}',
  period: 'all that was charged from {from} until {until}',
  purchase: 'the purchase {payment_id}',
  asks: 'You ask for a person, in these words: “{words}” Nothing is charged.',
  asksIn: 'You ask for a person in case {case_id}, in these words: “{words}” Nothing is charged.',
  stands: 'Case {case_id}: {state}.',
  standsUntil: 'Case {case_id}: {state}. The next step is due by {date}.',
  offered: '{amount} is offered, and is given back as soon as the account takes the offer.',
  wroteAccount: '{date}, the account: “{words}”',
  wroteSupport: '{date}, support: “{words}”',
  desk: 'Case {case_id} (account {account}, “{subject}”): {state}.',
  deskUntil:
    'Case {case_id} (account {account}, “{subject}”): {state}. The next step is due by {date}.',
  noAccount: 'none',
  step: '{date}: “{kind}”, by {actor}.',
  stepSaid: '{date}: “{kind}”, by {actor}: “{words}”',
  states: {
    received: 'received',
    checked: 'checked, not decided yet',
    decided: 'decided',
    posted: 'decided and posted',
    sent: 'decided and sent',
    settled: 'ended; what was decided has been given back',
    closed: 'closed',
    appealed: 'appealed; somebody else decides anew',
    reopened: 'taken up again',
    withdrawn: 'taken back by the account',
    merged: 'ended; it goes on in another case',
  },
}

const JA: Words = {
  objects:
    '{about}について、次の内容で異議を申し立てます: 「{words}」ただちに確認し、誤りが見つかった分の返還をご提案します。請求はなく、決定されるまで取り下げることができます。',
  wants: 'ご希望: 「{wants}」',
  calls: '{calls}への請求',
  period: '{from}から{until}までのすべての請求',
  purchase: '購入{payment_id}',
  asks: '次の内容で担当者による対応を求めます: 「{words}」請求はありません。',
  asksIn: 'ケース{case_id}で、次の内容で担当者による対応を求めます: 「{words}」請求はありません。',
  stands: 'ケース{case_id}: {state}。',
  standsUntil: 'ケース{case_id}: {state}。次の段階の期限は{date}です。',
  offered: '{amount}の返還をご提案しています。お受けになると、すぐにお戻しします。',
  wroteAccount: '{date}、アカウント: 「{words}」',
  wroteSupport: '{date}、サポート: 「{words}」',
  desk: 'ケース{case_id}(アカウント{account}、「{subject}」): {state}。',
  deskUntil:
    'ケース{case_id}(アカウント{account}、「{subject}」): {state}。次の段階の期限は{date}です。',
  noAccount: 'なし',
  step: '{date}: 「{kind}」({actor})。',
  stepSaid: '{date}: 「{kind}」({actor}): 「{words}」',
  states: {
    received: '受付済み',
    checked: '確認済み、決定待ち',
    decided: '決定済み',
    posted: '決定・記帳済み',
    sent: '決定・送付済み',
    settled: '終了(決定された分はお戻し済み)',
    closed: '終了',
    appealed: '異議を受けて別の担当者が再検討中',
    reopened: '確認を再開',
    withdrawn: 'アカウントにより取り下げ',
    merged: '終了(別のケースで継続)',
  },
}

export const CASE_TOOL_WORDS: Readonly<Record<Language, Words>> = { en: EN, ja: JA }
