import { type Body, type CallOptions, perform } from './operations.ts'
import type { Transport } from './transport.ts'

/** Of browsers: the cookie says who asks. Programs have a key and no session. */
export function sessionMethods(transport: Transport) {
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
  }
}

/** Links into the web app, made by the operator. */
export function signInLinkMethods(transport: Transport) {
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
