import type { Coverage, PlanPeriod, WindowSpec } from '../../core/funding/types.ts'
import type { Language, Template } from './words.ts'

/** Sentences about an offer. */
export interface PlanWords {
  readonly free: Template
  readonly fee: Template
  readonly seats: Template
  readonly invoiced: Template
  readonly periods: Readonly<Record<PlanPeriod, Template>>
  readonly noWindows: Template
  readonly window: Template
  readonly windowPerSeat: Template
  readonly shapes: Readonly<Record<WindowSpec['shape'], Template>>
  readonly scope: Template
  readonly coverage: Readonly<Record<Coverage, Template>>
}

const en: PlanWords = {
  free: 'No fee.',
  fee: '{amount} {per}, tax excluded.',
  seats: '{amount} a seat {per}, tax excluded; {min} to {max} seats.',
  invoiced: 'The fee is invoiced.',
  periods: { P1M: 'a month', P1Y: 'a year' },
  noWindows: 'No included usage: every call is paid from credit.',
  window: 'Included: {capacity} of usage at list price per {length}{scope}, {shape}.',
  windowPerSeat: 'Included: {capacity} of usage at list price a seat per {length}{scope}, {shape}.',
  shapes: {
    anchored: 'from the first call on',
    calendar: 'counted from the day the account was opened',
  },
  scope: ' for {models}',
  coverage: {
    covered: 'Covered: {reason}',
    credits_only: 'From credit only: {reason}',
    blocked: 'Not allowed: {reason}',
  },
}

const ja: PlanWords = {
  free: '料金はかかりません。',
  fee: '{per}{amount}(税別)。',
  seats: '1席につき{per}{amount}(税別)、{min}席から{max}席まで。',
  invoiced: '料金は後日請求されます。',
  periods: { P1M: '月額', P1Y: '年額' },
  noWindows: 'プランに含まれる利用枠はなく、すべてクレジットからのお支払いです。',
  window: '{length}ごとに定価で{capacity}分の利用枠{scope}({shape})。',
  windowPerSeat: '1席につき{length}ごとに定価で{capacity}分の利用枠{scope}({shape})。',
  shapes: { anchored: '最初の呼び出しから計算', calendar: 'アカウント開設日から計算' },
  scope: '(対象: {models})',
  coverage: {
    covered: '対象: {reason}',
    credits_only: 'クレジットのみ: {reason}',
    blocked: '利用不可: {reason}',
  },
}

export const planWords: Readonly<Record<Language, PlanWords>> = { en, ja }
