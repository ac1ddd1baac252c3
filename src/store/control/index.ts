export { CatalogueCache, CatalogueError, loadCatalogue } from './catalogue.ts'
export { type DirectoryRow, enterAccount, listAccounts } from './directory.ts'
export { createIds, derivedId, type IdKind, type MakeId, uuidv7 } from './ids.ts'
export { isWellFormedSecret } from './key-format.ts'
export { KeyRing, type KeyRingSettings } from './key-ring.ts'
export {
  authenticateKey,
  createKey,
  type KeyHolder,
  type KeyRecord,
  listKeys,
  type NewKey,
  revokeKey,
} from './keys.ts'
export {
  createPlan,
  latestPublishedPlan,
  listPlans,
  movePlan,
  PLAN_STATUSES,
  type PlanRecord,
  type PlanStatus,
  readPlan,
} from './plans.ts'
export {
  listPriceBooks,
  type PriceBookRecord,
  publishPriceBook,
  readPriceBook,
  type StoredPriceBook,
} from './price-books.ts'
