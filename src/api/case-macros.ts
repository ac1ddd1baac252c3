import { type MacroFacts, macroText } from '../contract/cases/index.ts'
import { formatDate, formatMoney } from '../contract/explain/index.ts'
import { wordsOf } from '../contract/explain/place.ts'
import { receiptId } from '../contract/receipt/index.ts'
import type { MacroDocument } from '../contract/schemas/support.ts'
import { nextDue } from '../core/cases/index.ts'
import { formatNanos } from '../core/money/index.ts'
import { formatInstant } from '../core/time/index.ts'
import type { OwnCase } from '../engine/cases/take-steps.ts'
import { listSupportTerms } from '../store/cases/terms.ts'
import { aboutOf } from './case-answers.ts'
import type { Services } from './deps.ts'
import { ProblemError } from './problem-answer.ts'

/**
 * The text of a macro in the language of a case, with its facts in it.
 * @throws ProblemError macro_unknown
 */
export async function macroFor({ pool }: Services, own: OwnCase, id: string): Promise<string> {
  const all = await listSupportTerms<MacroDocument>(pool, 'macro')
  const macro = all.findLast(({ name }) => name === id)
  if (!macro) throw new ProblemError('macro_unknown')
  return macroText(macro.document[own.record.language], factsOf(own))
}

/** What is not known is a dash: a reply names no figure that is not there. */
function factsOf(own: OwnCase): MacroFacts {
  const { record, view } = own
  const { language } = record
  const money = (amount: string | null): string =>
    amount === null ? '-' : formatMoney(amount, record.currency, language)
  const due = nextDue(view)
  const place = { lang: language, words: wordsOf(language), timeZone: 'UTC' }
  const calls = aboutOf(record)?.calls ?? []
  return {
    case: record.caseId,
    account: record.accountId ?? '-',
    amount: money(record.amount && formatNanos(record.amount.nanos)),
    offer: money(view.offer?.total ?? null),
    refunded: money(formatNanos(view.refunded)),
    due: due === null ? '-' : formatDate(formatInstant(due), place, formatInstant(due)),
    state: view.state.replaceAll('_', ' '),
    receipts: calls.length === 0 ? '-' : calls.map(receiptId).join(', '),
  }
}
