import {
  BundleListDocumentSchema,
  BundleListVersionSchema,
  BundleListVersionsSchema,
  PolicyDocumentSchema,
  PolicyListSchema,
  PolicySchema,
} from '../schemas/terms.ts'
import { route } from './route.ts'

const tag = 'Terms'
const forEver = 'For ever. The same document again changes nothing; purchases keep their version.'

export const termsRoutes = {
  publishPolicy: route({
    method: 'POST',
    path: '/v1/policies',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Publish a version of a jurisdiction’s row',
    description: forEver,
    body: PolicyDocumentSchema,
    success: { status: 201, description: 'The row.', schema: PolicySchema },
    problems: ['policy_invalid', 'policy_exists'],
  }),
  listPolicies: route({
    method: 'GET',
    path: '/v1/policies',
    permission: 'catalogue',
    idempotency: 'none',
    tag,
    summary: 'List the rows of jurisdictions',
    success: { status: 200, description: 'Every version.', schema: PolicyListSchema },
    problems: [],
  }),
  publishBundleList: route({
    method: 'POST',
    path: '/v1/bundle_lists',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Publish a version of the bundles of a currency',
    description: forEver,
    body: BundleListDocumentSchema,
    success: { status: 201, description: 'The list.', schema: BundleListVersionSchema },
    problems: ['bundle_list_invalid', 'bundle_list_exists'],
  }),
  listBundleLists: route({
    method: 'GET',
    path: '/v1/bundle_lists',
    permission: 'catalogue',
    idempotency: 'none',
    tag,
    summary: 'List the lists of bundles',
    success: { status: 200, description: 'Every version.', schema: BundleListVersionsSchema },
    problems: [],
  }),
} as const
