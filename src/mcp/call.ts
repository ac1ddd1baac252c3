import { createHash } from 'node:crypto'
import type { Static } from 'typebox'
import type { Language, Reader } from '../contract/explain/index.ts'
import type { ToolName, Tools } from '../contract/mcp/tools.ts'
import type { Asked, Identity, Operations } from '../contract/operations.ts'
import { type Fault, faultAt, faultTexts } from '../contract/problem-words/faults.ts'
import { problemWords } from '../contract/problem-words/index.ts'
import { type ProblemCode, problemOf } from '../contract/problems.ts'
import type { AnswerOf, OperationId, Routes } from '../contract/routes/index.ts'
import type { Problem } from '../contract/schemas/problem.ts'

export type ArgsOf<Name extends ToolName> = Static<Tools[Name]['input']>
export type ResultOf<Name extends ToolName> = Static<Tools[Name]['result']>

type Parts<Id extends OperationId> = Omit<Asked<Id>, 'by' | 'from'>

/** A tool that is asked for, with arguments that follow its schema. */
export interface Call<Name extends ToolName> {
  readonly tool: Name
  readonly args: ArgsOf<Name>
  readonly accountId: string
  readonly reader: Reader
  /** @throws Declined with the problem of the operation */
  run<Id extends OperationId>(id: Id, parts: Parts<Id>): Promise<AnswerOf<Routes[Id]>>
}

/** A tool of the support desk: it speaks of no single account. */
export type DeskCall<Name extends ToolName> = Omit<Call<Name>, 'accountId'>

/** What a tool found. */
export interface Found<Name extends ToolName> {
  readonly result: ResultOf<Name>
  readonly sentences: readonly string[]
  readonly as_of: string
  readonly seq: number | null
}

/** The operation said no, or the request was at fault: thrown, since every step after it is void. */
export class Declined extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.name = 'Declined'
    this.problem = problem
  }
}

export function problem(code: ProblemCode, lang: Language, errors?: readonly Fault[]): Problem {
  const { status, retryable, docs } = problemOf(code)
  const [title, detail] = problemWords(code, lang)
  const faults = errors && { errors: faultTexts(errors, lang) }
  return { type: docs, title, status, detail, code, retryable, ...faults }
}

/** Runs operations for somebody, in the name of a tool, with problems in a language. */
export const runnerFor =
  (
    operations: Operations,
    { by, tool, lang }: { readonly by: Identity; readonly tool: ToolName; readonly lang: Language },
  ): Call<ToolName>['run'] =>
  async (id, parts) => {
    const { status, body } = await operations.run(id, {
      ...parts,
      by,
      from: `mcp ${tool}`,
      lang,
    } as Asked<typeof id>)
    if (status >= 400) throw new Declined(body as Problem)
    return body as AnswerOf<Routes[typeof id]>
  }

/**
 * The account that is spoken of. An account key stands for its own, and any other looks absent.
 * @throws Declined account_unknown, invalid_request
 */
export function accountOf(by: Identity, named: string | undefined, lang: Language): string {
  if (by.accountId !== null) {
    if (named !== undefined && named !== by.accountId)
      throw new Declined(problem('account_unknown', lang))
    return by.accountId
  }
  if (named !== undefined) return named
  throw new Declined(
    problem('invalid_request', lang, [faultAt('arguments/account_id', 'tool_account_missing')]),
  )
}

/** What operations are told of who reads. */
export const forReader = ({ reader: { lang, timeZone } }: { readonly reader: Reader }) => ({
  lang,
  time_zone: timeZone,
})

/** Arguments as one text, whatever order they came in; who reads changes nothing of an order. */
export function orderText(args: Readonly<Record<string, unknown>>): string {
  const {
    confirmation: _confirmation,
    lang: _lang,
    time_zone: _zone,
    account_id: _account,
    ...rest
  } = args
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The request id of what a confirmation is for: sent twice, it is the same command. */
export const requestIdOf = (token: string): string =>
  `mcp:${createHash('sha256').update(token).digest('hex').slice(0, 40)}`
