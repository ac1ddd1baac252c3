import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SupportPolicy } from '../../src/core/cases/index.ts'
import type { JurisdictionPolicy } from '../../src/core/tax/index.ts'
import type { BundleList } from '../../src/payments/bundles.ts'

const DATA = new URL('../../data/', import.meta.url)

/** The folder of rows and bundles that come with the program. */
export const TERMS_DIR = fileURLToPath(DATA)

function documents<Document>(name: string): Document[] {
  const folder = new URL(`${name}/`, DATA)
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  if (files.length === 0) throw new Error(`data/${name} holds no document`)
  return files.map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Document)
}

export const POLICIES = documents<JurisdictionPolicy>('policies')
export const BUNDLE_LISTS = documents<BundleList>('bundles')
/** The support policy that comes with the program. */
export const SUPPORT_POLICY = JSON.parse(
  readFileSync(new URL('support/policy.json', DATA), 'utf8'),
) as SupportPolicy
