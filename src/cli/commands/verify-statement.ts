import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readKey, type Trusted, verifyStatement } from '../../verifier/index.ts'
import type { Handler } from '../context.ts'
import { EXIT, usageError } from '../exit.ts'
import { readJson } from '../json-file.ts'
import { withOutput } from '../options.ts'
import type { Register } from '../program.ts'
import { lieLines, plain, verifiedLines } from '../views/proof.ts'

export const registerVerifyStatement: Register = (program, bind) => {
  withOutput(
    program
      .command('verify-statement')
      .description(
        'compute a statement once more from its proof file, offline; exit code 6 if anything in it is not true',
      )
      .argument('<file>', 'as "everycent statements proof" has written it'),
  )
    .option('--key <key>', 'the key of the log as it is published; else the one in the file')
    .option('--previous <file>', 'the proof file of the statement before, to check the opening by')
    .option('--checkpoint <file>', 'a checkpoint of the log that you kept from before')
    .option(
      '--consistency <file>',
      'the proof that the log goes on from it, as "GET /v1/log/consistency" gives it',
    )
    .action(bind(verifyFile))
}

const verifyFile: Handler = async ({ io, json, printJson, print }, options, [file = '']) => {
  const bytes = readBytes(file, io.cwd)
  const verdict = verifyStatement(bytes, trustedOf(options, io.cwd))
  if (json) printJson(JSON.parse(JSON.stringify(verdict, plain)))
  else print(verdict.ok ? verifiedLines(verdict) : lieLines(verdict))
  return verdict.ok ? EXIT.ok : EXIT.difference
}

type Options = Readonly<Record<string, unknown>>

function trustedOf({ key, previous, checkpoint, consistency }: Options, cwd: string): Trusted {
  if (typeof key === 'string' && !readKey(key))
    throw usageError('The key of --key is none.', {
      why: 'A key is NAME+HASH+BASE64, and its hash has to fit.',
      next: 'Copy it whole from where it is published, such as "GET /v1/log/keys".',
    })
  if (typeof consistency === 'string' && typeof checkpoint !== 'string')
    throw usageError('--consistency needs the checkpoint that it goes on from.', {
      next: 'Name it with --checkpoint FILE.',
    })
  return {
    ...(typeof key === 'string' && { key }),
    ...(typeof previous === 'string' && { previous: readBytes(previous, cwd) }),
    ...(typeof checkpoint === 'string' && {
      earlier: {
        note: noteIn(readBytes(checkpoint, cwd).toString('utf8')),
        proof: typeof consistency === 'string' ? proofIn(consistency, cwd) : [],
      },
    }),
  }
}

/** The note itself, or an answer of the log that has it as its `note`. */
function noteIn(text: string): string {
  if (!text.startsWith('{')) return text
  try {
    const { note } = JSON.parse(text) as { readonly note?: unknown }
    return typeof note === 'string' ? note : text
  } catch {
    return text
  }
}

/** A list of hashes, or an answer that has one as its `proof`. */
function proofIn(file: string, cwd: string): string[] {
  const read = readJson(file, cwd)
  const proof = Array.isArray(read) ? read : (read as { readonly proof?: unknown } | null)?.proof
  if (Array.isArray(proof) && proof.every((own) => /^[0-9a-f]{64}$/.test(`${own}`)))
    return proof as string[]
  throw usageError(`The file ${file} is no proof of consistency.`, {
    why: 'It has no "proof" that is a list of hashes.',
    next: 'Ask the log for it: GET /v1/log/consistency?from=SIZE&to=SIZE.',
  })
}

function readBytes(file: string, cwd: string): Buffer {
  try {
    return readFileSync(resolve(cwd, file))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageError(`The file ${file} cannot be read.`, { why, next: 'Name one that is there.' })
  }
}
