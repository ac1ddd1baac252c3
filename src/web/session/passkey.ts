import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import { api } from '../app/client.ts'

/** Loaded when somebody uses a passkey, and not before. */
const browserPart = () => import('@simplewebauthn/browser')

type Options = Awaited<ReturnType<typeof api.passkeys.ask>>['options']
type Credential = Record<string, unknown>

/** The API hands on what the browser and the library agree upon. */
const sent = (credential: AuthenticationResponseJSON): Credential => ({ ...credential })

/** What a passkey answers to what the server has asked. Rejects when its person changes its mind. */
export async function answerWith(options: Options, inField = false): Promise<Credential> {
  const { startAuthentication } = await browserPart()
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  return sent(await startAuthentication({ optionsJSON, useBrowserAutofill: inField }))
}

export async function showPasskey(purpose: 'sign_in' | 'step_up'): Promise<Credential> {
  const { options } = await api.passkeys.ask(purpose)
  return answerWith(options)
}

/** Makes a passkey in this browser, or in a device beside it, and adds it. */
export async function makePasskey(name: string) {
  const { options } = await api.passkeys.ask('register')
  const { startRegistration } = await browserPart()
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  const credential = { ...(await startRegistration({ optionsJSON })) }
  return api.passkeys.add({ name, credential })
}

/** Whether this browser offers passkeys in the field of a name. */
export async function offersInField(): Promise<boolean> {
  const { browserSupportsWebAuthnAutofill } = await browserPart()
  return browserSupportsWebAuthnAutofill()
}

/** Ends the question that stands in a field. */
export async function endQuestion(): Promise<void> {
  const { WebAuthnAbortService } = await browserPart()
  WebAuthnAbortService.cancelCeremony()
}

/** Browsers say it in one way, whether their person has closed the question or time is up. */
export const wasGivenUp = (error: unknown): boolean =>
  error instanceof Error && ['NotAllowedError', 'AbortError'].includes(error.name)
