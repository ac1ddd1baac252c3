export { CatalogueCache, catalogueMark, loadCatalogue } from './catalogue.ts'
export {
  addConfirmation,
  type Confirmed,
  type ConfirmedOrder,
  removeExpiredConfirmations,
  useConfirmation,
} from './confirmations.ts'
export { enterAccount, listAccounts, missingFromDirectory, namesOf } from './directory.ts'
export {
  addIdentity,
  keepOidcRequest,
  listIdentities,
  type OidcRequest,
  removeExpiredOidcRequests,
  removeIdentity,
  takeOidcRequest,
  useIdentity,
} from './identities.ts'
export { createIds, derivedId, type MakeId, uuidv7 } from './ids.ts'
export { hasComeIn, isInvited, openInvitations, takeBackInvitations } from './invitations.ts'
export { isWellFormedSecret } from './key-format.ts'
export { KeyRing } from './key-ring.ts'
export {
  createKey,
  type KeyHolder,
  type KeyRecord,
  listKeys,
  readKey,
  revokeKey,
} from './keys.ts'
export {
  addMember,
  type By,
  changeMember,
  hasOwner,
  listMembers,
  type MemberChange,
  type MemberRecord,
  memberHistory,
  readMember,
} from './members.ts'
export {
  addPasskey,
  listPasskeys,
  type PasskeyRecord,
  passkeyUsed,
  readPasskey,
  removePasskey,
  renamePasskey,
} from './passkeys.ts'
export {
  countTry,
  type PasswordRecord,
  passwordSucceeded,
  personKey,
  readPassword,
  setPassword,
  uncountTry,
} from './passwords.ts'
export { type EnteredPayment, freePayment, takePayment } from './payments-entered.ts'
export {
  createPlan,
  latestPublishedPlan,
  listPlans,
  movePlan,
  type PlanRecord,
  readPlan,
} from './plans.ts'
export {
  listPortalThemes,
  type PortalTheme,
  putPortalTheme,
  readPortalTheme,
  removePortalTheme,
} from './portal-themes.ts'
export {
  listPriceBooks,
  type PriceBookRecord,
  publishPriceBook,
  readPriceBook,
} from './price-books.ts'
export {
  createDraft,
  discardDraft,
  type ListedDraft,
  listDrafts,
  type PriceDraft,
  publishDraft,
  readDraft,
  reviseDraft,
} from './price-drafts.ts'
export { addProject, changeProject, listProjects, type ProjectRecord } from './projects.ts'
export {
  createSession,
  endSessions,
  LIFETIMES,
  listSessions,
  markAuthenticated,
  markUsed,
  membershipsOf,
  type NewSession,
  newToken,
  type Person,
  type PortalChoice,
  readSession,
  type SessionKind,
  type SessionRecord,
} from './sessions.ts'
export {
  type ChallengeKind,
  keepChallenge,
  removeExpiredChallenges,
  takeChallenge,
} from './sign-in-challenges.ts'
export {
  addSignInEvent,
  listSignInEvents,
  type NewSignInEvent,
  removeSignInEvents,
  type SignInEvent,
  type SignInEventFilter,
} from './sign-in-events.ts'
export {
  createLink,
  emailLinksSince,
  removeExpiredSignIns,
  type UsedLink,
  useLink,
} from './sign-in-links.ts'
export {
  addStaff,
  authenticateStaff,
  changeStaff,
  listStaff,
  renewStaffToken,
  type StaffRecord,
  staffOfEmail,
  wasStaff,
} from './staff.ts'
export { listWindowPromotions, publishWindowPromotion } from './window-promotions.ts'
