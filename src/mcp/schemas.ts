import type { StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server'
import type Type from 'typebox'
import { answerSchema } from '../contract/mcp/answer.ts'
import { TOOL_NAMES, type ToolName, toolOf } from '../contract/mcp/tools.ts'
import type { Fault } from '../contract/problem-words/faults.ts'
import { compileValidator, type Validator } from '../contract/validate.ts'

type Json = Record<string, unknown>

/** As JSON only: what a schema library keeps beside it is not for the wire. */
const plain = (schema: Type.TSchema): Json => JSON.parse(JSON.stringify(schema)) as Json

/** A schema as the SDK takes one. It shows it; the judgement is ours, so that faults read as over HTTP. */
const shown = (json: Json, validate: (value: unknown) => boolean): StandardSchemaWithJSON => ({
  '~standard': {
    version: 1,
    vendor: 'everycent',
    validate: (value) =>
      validate(value) ? { value } : { issues: [{ message: 'does not follow its schema' }] },
    jsonSchema: { input: () => json, output: () => json },
  },
})

interface Compiled {
  readonly input: StandardSchemaWithJSON
  readonly output: StandardSchemaWithJSON
  readonly validator: Validator
}

const compiled = new Map<ToolName, Compiled>()

function compile(name: ToolName): Compiled {
  const tool = toolOf(name)
  const output = answerSchema(tool.result)
  const answers = compileValidator(output, 'body')
  return {
    input: shown(plain(tool.input), () => true),
    output: shown(plain(output), (value) => answers.faults(value).length === 0),
    validator: compileValidator(tool.input, 'body'),
  }
}

function of(name: ToolName): Compiled {
  const known = compiled.get(name) ?? compile(name)
  compiled.set(name, known)
  return known
}

/** Before the first request, so that none waits for it. */
export function compileTools(): void {
  for (const name of TOOL_NAMES) of(name)
}

export const inputOf = (name: ToolName): StandardSchemaWithJSON => of(name).input
export const outputOf = (name: ToolName): StandardSchemaWithJSON => of(name).output

/** What is wrong with arguments, as the API would say it. */
export const faultsOf = (name: ToolName, args: unknown): Fault[] =>
  of(name)
    .validator.faults(args)
    .map((fault) => ({ ...fault, location: fault.location.replace(/^body/, 'arguments') }))

/** Hints for clients. They promise nothing: what a tool does is bound by permissions and confirmations. */
export function annotationsOf(name: ToolName): ToolAnnotations {
  const { title, effect } = toolOf(name)
  return {
    title,
    readOnlyHint: effect === 'reads',
    destructiveHint: effect === 'pays' || effect === 'takes_back',
    // Without its confirmation it does nothing; with it, sent twice, it is done once.
    idempotentHint: true,
    openWorldHint: effect === 'pays' || effect === 'takes_back',
  }
}
