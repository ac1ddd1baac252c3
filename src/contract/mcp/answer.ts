import Type, { type Static } from 'typebox'
import { LANGUAGES } from '../explain/index.ts'
import { AccountId, nullable, Reference, Seq, strict, Timestamp } from '../schemas/primitives.ts'
import { TimeZoneAsked } from '../schemas/reader.ts'

/** What a token may do here; a token of this server has those that its row of permissions gives it. */
export const SCOPES = ['everycent:read', 'everycent:money', 'everycent:support'] as const
export type Scope = (typeof SCOPES)[number]

const Problem = Type.Object(
  {
    code: Type.String({ description: 'Never renamed: match this, not the words.' }),
    type: Type.String({ description: 'Address of the page about this problem.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    retryable: Type.Boolean(),
  },
  { description: 'As the HTTP API says it: `Problem` in /openapi.json, with its block card.' },
)

const Confirmation = Type.Object(
  {
    token: Type.String({ description: 'Send it as `confirmation` with the same arguments.' }),
    sentence: Type.String({ description: 'To be shown, word for word, to who decides.' }),
    amount: nullable(Type.String({ description: 'What moves, tax included.' })),
    currency: nullable(Type.String()),
    expires_at: Timestamp,
  },
  { ...strict, description: 'Nothing was done so far.' },
)
export type Confirmation = Static<typeof Confirmation>

export const ANSWER_STATUSES = ['done', 'refused', 'confirmation_required', 'failed'] as const

/** The one form of every answer: what a tool found, in figures and in words, and of when it is. */
export const answerSchema = <T extends Type.TSchema>(result: T) =>
  Type.Object(
    {
      status: Type.Enum([...ANSWER_STATUSES], {
        description:
          '`refused`: by a rule, and nothing changed; `failed`: the request itself was at fault, or the server.',
      }),
      sentences: Type.Array(Type.String(), { description: 'For people, in the language asked.' }),
      result: nullable(result),
      problem: nullable(Problem),
      confirmation: nullable(Confirmation),
      account_id: nullable(Type.String()),
      as_of: nullable(Timestamp),
      seq: nullable({
        ...Seq,
        description: 'The last journal entry that it knows of; `null`: not about one account.',
      }),
    },
    strict,
  )
export type ToolAnswer = Static<ReturnType<typeof answerSchema<Type.TUnknown>>>

/** Of every tool: who reads its sentences. */
export const FOR_READER = {
  lang: Type.Optional(Type.Enum([...LANGUAGES], { description: 'Of the sentences; `en`.' })),
  time_zone: TimeZoneAsked,
}

/** Of every tool that speaks of an account. */
export const ABOUT = {
  account_id: Type.Optional({
    ...AccountId,
    description: 'For people of the operator. An account key stands for its own account.',
  }),
  ...FOR_READER,
}

/** Of every tool that moves money or changes something. */
export const CONFIRMED = {
  confirmation: Type.Optional({
    ...Reference,
    description:
      'Leave it out at first: the answer has a sentence to show and a token. Send that token, with the same arguments, only after a person has agreed to the sentence.',
  }),
}
