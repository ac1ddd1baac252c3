import { isCurrency } from '../money/index.ts'
import { checkObject, checkOptionalText, checkText, type Problem, Problems } from './check.ts'
import { compileBook } from './compile.ts'
import { checkFees, checkRows } from './parse-rows.ts'
import {
  checkAliases,
  checkInstant,
  checkModels,
  checkPromotions,
  checkWeights,
} from './parse-rules.ts'
import type { PriceBook, PriceBookDocument } from './types.ts'

const DOCUMENT_FIELDS = [
  'id',
  'currency',
  'effective_from',
  'corrects',
  'rows',
  'fees',
  'aliases',
  'models',
  'weights',
  'weights_rule',
  'promotions',
]

export type ParsedPriceBook =
  | { readonly ok: true; readonly book: PriceBook }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads a price book from its file form. Either everything in it is right and the book is loaded and
 * indexed, or nothing is loaded and every problem is named with its place. A price that is negative,
 * a float or finer than a nano never loads.
 */
export function parsePriceBook(document: unknown): ParsedPriceBook {
  const problems = new Problems()
  const fields = checkObject(document, '', DOCUMENT_FIELDS, problems)
  if (!fields) return { ok: false, problems: problems.list }
  checkText(fields, 'id', '', problems)
  if (typeof fields.currency !== 'string' || !isCurrency(fields.currency))
    problems.add('currency', 'book_not_currency')
  checkOptionalText(fields, ['corrects'], '', problems)
  const effectiveFrom = checkInstant(fields, 'effective_from', '', problems)
  checkRows(fields, problems)
  checkFees(fields, problems)
  checkAliases(fields, problems)
  checkModels(fields, problems)
  checkWeights(fields, problems)
  checkPromotions(fields, problems)
  if (problems.list.length > 0 || effectiveFrom === null)
    return { ok: false, problems: problems.list }
  return { ok: true, book: compileBook(document as PriceBookDocument, effectiveFrom) }
}
