import { date, money, type Place, reset, say } from '../explain/place.ts'
import type { AlertWords, Facts, Told } from './words.ts'

type CaseAlert = Facts<'case_received' | 'case_decided' | 'case_refunded' | 'case_overdue'>

/** How a dispute goes on: its number, what was decided, what went back, and what is late. */
export function aboutCase(place: Place, words: AlertWords, facts: CaseAlert): Told {
  const { titles, lines } = words
  const id = { case: facts.case_id }
  switch (facts.kind) {
    case 'case_received':
      return {
        title: say(titles.case_received, id),
        lines: [
          ...(facts.amount === null
            ? []
            : [say(lines.caseAmount, { amount: money(place, facts.amount) })]),
          facts.decided_by === null
            ? lines.caseNoTime
            : say(lines.caseDecidedBy, { when: reset(place, facts.decided_by) }),
        ],
        next: 'caseReceived',
      }
    case 'case_decided':
      return decided(place, words, facts)
    case 'case_refunded':
      return refunded(place, words, facts)
    case 'case_overdue':
      return {
        title: say(titles.case_overdue, id),
        lines: [say(lines.caseWasDue, { date: date(place, facts.due_at) })],
        next: 'caseOverdue',
      }
  }
}

function decided(place: Place, { titles, lines }: AlertWords, facts: Facts<'case_decided'>): Told {
  const values = { case: facts.case_id, amount: money(place, facts.amount) }
  const isRefund = facts.verdict === 'refund'
  return {
    title: say(isRefund ? titles.case_decided : titles.case_rejected, values),
    lines: [
      say(isRefund ? lines.caseRefund : lines.caseRejected, values),
      ...(facts.appeal_until === null
        ? []
        : [say(lines.caseAppeal, { date: date(place, facts.appeal_until) })]),
    ],
    next: 'caseDecided',
  }
}

function refunded(
  place: Place,
  { titles, lines }: AlertWords,
  facts: Facts<'case_refunded'>,
): Told {
  const values = { case: facts.case_id, amount: money(place, facts.amount) }
  return {
    title: say(titles.case_refunded, values),
    lines: [
      say(facts.to === 'card' ? lines.caseToCard : lines.caseToSources, values),
      ...(facts.provisional_used === '0'
        ? []
        : [say(lines.caseProvisionalUsed, { used: money(place, facts.provisional_used) })]),
    ],
    next: 'caseRefunded',
  }
}
