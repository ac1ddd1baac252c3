import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type Type from 'typebox'
import { type Fault, faultTexts } from '../../contract/problem-words/faults.ts'
import { BundleListDocumentSchema, PolicyDocumentSchema } from '../../contract/schemas/terms.ts'
import { compileValidator } from '../../contract/validate.ts'
import type { JurisdictionPolicy } from '../../core/tax/index.ts'
import { instant } from '../../core/time/index.ts'
import type { BundleList } from '../../payments/bundles.ts'
import { type Published, publishBundles, publishPolicy } from '../../payments/terms.ts'
import { CliError } from '../exit.ts'
import { readJson } from '../json-file.ts'

/** Who published what came from the folder. */
const BY = 'payments.terms_dir'

/**
 * Publishes what the folder has of `policies/*.json` and `bundles/*.json`; what is published already stays
 * as it is. A file that cannot be published stops the start.
 */
export async function publishTermsFolder(
  pool: pg.Pool,
  folder: string,
  nowMs: number,
): Promise<void> {
  const at = instant(nowMs)
  const policies = documentsOf<JurisdictionPolicy>(folder, 'policies', PolicyDocumentSchema)
  const bundles = documentsOf<BundleList>(folder, 'bundles', BundleListDocumentSchema)
  if (policies.length === 0)
    throw new CliError(`The folder ${folder} has no row of law in policies/*.json.`, {
      next: 'Correct payments.terms_dir; data/policies of this program is an example.',
      code: 'terms_invalid',
    })
  for (const { file, document } of policies)
    check(file, await publishPolicy(pool, { document, at, by: BY }))
  for (const { file, document } of bundles)
    check(file, await publishBundles(pool, { document, at, by: BY }))
}

interface TermsFile<Document> {
  readonly file: string
  readonly document: Document
}

function documentsOf<Document>(
  folder: string,
  name: string,
  schema: Type.TSchema,
): TermsFile<Document>[] {
  const validator = compileValidator(schema, 'body')
  return filesOf(join(folder, name)).map((file) => {
    const document = readJson(file, folder)
    const faults = validator.faults(document)
    if (faults.length > 0) throw invalid(file, faults)
    return { file, document: document as Document }
  })
}

function filesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    return names.sort().map((name) => join(folder, name))
  } catch {
    return []
  }
}

function check(file: string, done: Published<unknown>): void {
  if (done.status === 'invalid') throw invalid(file, done.faults)
  if (done.status === 'version_taken')
    throw new CliError(`${file} differs from what is published under its version.`, {
      why: 'A version never changes: purchases refer to it.',
      next: 'Give the file the next version, and the time from which it holds.',
      code: 'terms_taken',
    })
}

const invalid = (file: string, faults: readonly Fault[]): CliError =>
  new CliError(`${file} cannot be published.`, {
    why: `${faultTexts(faults, 'en')
      .map(({ location, message }) => `${location.replace(/^body\/?/, '')} ${message}`)
      .join('; ')}.`,
    next: 'Correct the file; data/policies and data/bundles of this program are examples.',
    code: 'terms_invalid',
  })
