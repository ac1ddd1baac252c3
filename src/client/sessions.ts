import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

type Credential = Body<'signInWithPasskey'>['credential']

/** Of browsers: the cookie says who asks. Programs have a key and no session. */
function sessionMethods(transport: Transport) {
  return {
    /** Who is signed in; `session` is `null` where nobody is. */
    read: (options?: CallOptions) => perform(transport, 'getSession', {}, options),
    end: (options?: CallOptions) => perform(transport, 'endSession', {}, options),
    changeAccount: (account_id: string, options?: CallOptions) =>
      perform(transport, 'changeSessionAccount', { body: { account_id } }, options),
    /** With the password, once more. */
    stepUp: (password: string, options?: CallOptions) =>
      perform(transport, 'stepUp', { body: { password } }, options),
    /** All other sessions end. */
    setPassword: (password: string, options?: CallOptions) =>
      perform(transport, 'setOwnPassword', { body: { password } }, options),
    list: (options?: CallOptions) => perform(transport, 'listSessions', {}, options),
    /** `others`: all but this one. */
    endOther: (session_id: string, options?: CallOptions) =>
      perform(transport, 'endOtherSession', { params: { session_id } }, options),
    requestLink: (body: Body<'requestEmailLink'>, options?: CallOptions) =>
      perform(transport, 'requestEmailLink', { body }, options),
    withLink: (token: string, options?: CallOptions) =>
      perform(transport, 'signInWithLink', { body: { token } }, options),
    withPassword: (body: Body<'signInWithPassword'>, options?: CallOptions) =>
      perform(transport, 'signInWithPassword', { body }, options),
    withPasskey: (credential: Credential, options?: CallOptions) =>
      perform(transport, 'signInWithPasskey', { body: { credential } }, options),
    /** Where the browser goes, to be signed in by a provider. */
    askProvider: (body: Body<'askProvider'>, options?: CallOptions) =>
      perform(transport, 'askProvider', { body }, options),
    /** With what stands after `?` in the address that the provider has sent back to. */
    answerProvider: (query: string, options?: CallOptions) =>
      perform(transport, 'answerProvider', { body: { query } }, options),
    identities: (options?: CallOptions) => perform(transport, 'listIdentities', {}, options),
    removeIdentity: (identity_id: string, options?: CallOptions) =>
      perform(transport, 'removeIdentity', { params: { identity_id } }, options),
    stepUpWithPasskey: (credential: Credential, options?: CallOptions) =>
      perform(transport, 'stepUpWithPasskey', { body: { credential } }, options),
    /** What happened to the own person at the doors of the web app, the latest first. */
    signIns: (query: QueryParams<'listOwnSignIns'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listOwnSignIns', { query: page }, options)),
  }
}

/** Passkeys of whoever is signed in, in a browser. */
function passkeyMethods(transport: Transport) {
  return {
    /** What the browser has to be asked. */
    ask: (purpose: Body<'askForPasskey'>['for'], options?: CallOptions) =>
      perform(transport, 'askForPasskey', { body: { for: purpose } }, options),
    add: (body: Body<'addPasskey'>, options?: CallOptions) =>
      perform(transport, 'addPasskey', { body }, options),
    list: (options?: CallOptions) => perform(transport, 'listPasskeys', {}, options),
    rename: (passkey_id: string, name: string, options?: CallOptions) =>
      perform(transport, 'renamePasskey', { params: { passkey_id }, body: { name } }, options),
    /** Not the last way to sign in. */
    remove: (passkey_id: string, options?: CallOptions) =>
      perform(transport, 'removePasskey', { params: { passkey_id } }, options),
  }
}

/** What happened at the doors of the web app, to everybody: for the operator. */
function signInMethods(transport: Transport) {
  return {
    list: (query: QueryParams<'listSignIns'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listSignIns', { query: page }, options)),
  }
}

/** How portals in the operator’s own product look. */
function portalThemeMethods(transport: Transport) {
  return {
    list: (options?: CallOptions) => perform(transport, 'listPortalThemes', {}, options),
    /** Refused where words would be hard to read. */
    set: (body: Body<'setPortalTheme'>, options?: CallOptions) =>
      perform(transport, 'setPortalTheme', { body }, options),
    remove: (theme_id: string, options?: CallOptions) =>
      perform(transport, 'removePortalTheme', { params: { theme_id } }, options),
  }
}

/** Links into the web app, made by the operator. */
function signInLinkMethods(transport: Transport) {
  return {
    create: (body: Body<'createSignInLink'>, options?: CallOptions) =>
      perform(transport, 'createSignInLink', { body }, options),
    /** Into one account, for your own product to show. */
    createPortal: (
      account_id: string,
      body: Body<'createPortalLink'> = {},
      options?: CallOptions,
    ) => perform(transport, 'createPortalLink', { params: { account_id }, body }, options),
  }
}

/** Of the doors of the web app: people and their sessions, links, and portals. */
export const doorMethods = (transport: Transport) => ({
  session: sessionMethods(transport),
  passkeys: passkeyMethods(transport),
  signIns: signInMethods(transport),
  signInLinks: signInLinkMethods(transport),
  portalThemes: portalThemeMethods(transport),
})
