import {
  AskProviderSchema,
  IdentityListSchema,
  OfIdentity,
  ProviderAnswerSchema,
  ProviderUrlSchema,
} from '../schemas/identities.ts'
import { aSession, done, ofBrowsers } from './of-browsers.ts'
import { route } from './route.ts'

export const identityRoutes = {
  askProvider: route({
    ...ofBrowsers,
    method: 'POST',
    path: '/v1/sign_in/oidc',
    summary: 'Begin to sign in by OpenID Connect',
    description: 'With state, nonce and PKCE; the answer is taken from the same browser only.',
    body: AskProviderSchema,
    success: { status: 200, description: 'Where the browser goes.', schema: ProviderUrlSchema },
    problems: [
      'cross_site_request',
      'session_needed',
      'step_up_required',
      'oidc_off',
      'oidc_unavailable',
      'sign_in_too_many',
    ],
  }),
  answerProvider: route({
    ...ofBrowsers,
    method: 'POST',
    path: '/v1/sign_in/oidc/answer',
    summary: 'Hand on what the provider has said',
    description:
      'Signs in whoever the subject is bound to, or a member or a person of the operator with the address that the provider has verified. Nobody is made.',
    body: ProviderAnswerSchema,
    success: aSession,
    problems: [
      'cross_site_request',
      'session_needed',
      'step_up_required',
      'oidc_off',
      'oidc_unavailable',
      'oidc_refused',
      'oidc_email_unverified',
      'oidc_person_unknown',
      'oidc_not_invited',
      'identity_taken',
      'sign_in_failed',
      'sign_in_too_many',
    ],
  }),
  listIdentities: route({
    ...ofBrowsers,
    method: 'GET',
    path: '/v1/identities',
    summary: 'List the subjects of a provider that are bound to the own person',
    success: { status: 200, description: 'The first one first.', schema: IdentityListSchema },
    problems: ['session_needed'],
  }),
  removeIdentity: route({
    ...ofBrowsers,
    method: 'DELETE',
    path: '/v1/identities/{identity_id}',
    summary: 'Unbind a subject of a provider, but not the last way to sign in',
    description: 'Needs a sign-in of the last 15 minutes.',
    params: OfIdentity,
    success: done,
    problems: [
      'cross_site_request',
      'session_needed',
      'step_up_required',
      'identity_unknown',
      'last_way_in',
    ],
  }),
} as const
