import { MANAGEABLE, type Role } from '../../contract/permissions.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  addMember,
  addProject,
  type By,
  changeMember,
  changeProject,
  listMembers,
  listProjects,
  type MemberRecord,
  memberHistory,
  type ProjectRecord,
  readMember,
} from '../../store/control/index.ts'
import { type Caller, principalOf, signerOf } from '../caller.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, memberInSight, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { type Answer, ProblemError } from '../problem-answer.ts'

type Team =
  | 'addMember'
  | 'listMembers'
  | 'changeMember'
  | 'removeMember'
  | 'getMemberHistory'
  | 'addProject'
  | 'listProjects'
  | 'changeProject'

export const teamHandlers: Handlers<Team> = {
  addMember: async (inbound, services) => {
    const { body, caller } = inbound
    const accountId = inbound.params.account_id
    await needAccount(services.pool, accountId)
    if (!mayManage(caller, body.role)) throw new ProblemError('permission_denied')
    const own = { accountId, memberId: body.member_id, name: body.name, role: body.role }
    const result = await addMember(
      services.pool,
      { ...own, email: body.email ?? null },
      byOf(inbound, services),
    )
    if (result.status === 'taken') throw new ProblemError('member_exists')
    // a key may have been made for the id before: it has the role from now on
    services.keys.forgetMember(accountId, body.member_id)
    const answer = memberAnswer(result.member, services)
    return result.status === 'added' ? created(answer) : ok(answer)
  },

  listMembers: async (inbound, services) => {
    const accountId = inbound.params.account_id
    await needAccount(services.pool, accountId)
    const own = memberInSight(inbound)
    const members = await listMembers(services.pool, accountId)
    const seen = members.filter((member) => own === null || member.memberId === own)
    return ok({ items: seen.map(memberJson), as_of: nowOf(services) })
  },

  changeMember: async (inbound, services) => {
    const { body } = inbound
    return change(inbound, services, {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.email !== undefined && { email: body.email }),
      ...(body.role !== undefined && { role: body.role }),
      ...(body.status !== undefined && { status: body.status }),
    })
  },

  removeMember: (inbound, services) => change(inbound, services, { status: 'removed' }),

  getMemberHistory: async (inbound, services) => {
    const accountId = inbound.params.account_id
    const memberId = inbound.params.member_id
    const own = memberInSight(inbound)
    if (own !== null && memberId !== own) throw new ProblemError('member_unknown')
    await needAccount(services.pool, accountId)
    if (!(await readMember(services.pool, { accountId, memberId })))
      throw new ProblemError('member_unknown')
    const changes = await memberHistory(services.pool, { accountId, memberId })
    const items = changes.map((own) => ({
      version: own.version,
      name: own.name,
      email: own.email,
      role: own.role,
      status: own.status,
      at: formatInstant(own.at),
      actor: own.actor,
    }))
    return ok({ items, as_of: nowOf(services) })
  },

  addProject: async ({ params, body }, services) => {
    const accountId = params.account_id
    await needAccount(services.pool, accountId)
    const result = await addProject(services.pool, {
      accountId,
      projectId: body.project_id,
      name: body.name,
      at: instant(services.nowMs()),
    })
    if (result.status === 'taken') throw new ProblemError('project_exists')
    const answer = { ...projectJson(result.project), as_of: nowOf(services) }
    return result.status === 'added' ? created(answer) : ok(answer)
  },

  listProjects: async ({ params }, services) => {
    await needAccount(services.pool, params.account_id)
    const projects = await listProjects(services.pool, params.account_id)
    return ok({ items: projects.map(projectJson), as_of: nowOf(services) })
  },

  changeProject: async ({ params, body }, services) => {
    await needAccount(services.pool, params.account_id)
    const project = await changeProject(services.pool, {
      accountId: params.account_id,
      projectId: params.project_id,
      name: body.name ?? null,
      status: body.status ?? null,
      at: instant(services.nowMs()),
    })
    if (!project) throw new ProblemError('project_unknown')
    return ok({ ...projectJson(project), as_of: nowOf(services) })
  },
}

/** Whether the caller may make, change and end members of this role, and their keys. */
export const mayManage = (caller: Caller, role: Role): boolean =>
  MANAGEABLE[principalOf(caller)].includes(role)

const PROBLEM_OF = {
  unknown: 'member_unknown',
  last_owner: 'last_owner',
  not_allowed: 'permission_denied',
} as const

interface OfMember {
  readonly params: { readonly account_id: string; readonly member_id: string }
  readonly caller: Caller
  readonly from: string
}

type Changes = Pick<Parameters<typeof changeMember>[1], 'name' | 'email' | 'role' | 'status'>

async function change(inbound: OfMember, services: Services, changes: Changes): Promise<Answer> {
  const own = { accountId: inbound.params.account_id, memberId: inbound.params.member_id }
  await needAccount(services.pool, own.accountId)
  const result = await changeMember(
    services.pool,
    { ...own, ...changes },
    byOf(inbound, services),
    (role) => mayManage(inbound.caller, role),
  )
  if (result.status !== 'changed') throw new ProblemError(PROBLEM_OF[result.status])
  services.keys.forgetMember(own.accountId, own.memberId)
  return ok(memberAnswer(result.member, services))
}

const byOf = (
  { caller, from }: { readonly caller: Caller; readonly from: string },
  { nowMs }: Services,
): By => ({ at: instant(nowMs()), actor: signerOf(caller, from) })

const nowOf = ({ nowMs }: Services): string => formatInstant(instant(nowMs()))

const memberAnswer = (member: MemberRecord, services: Services) => ({
  ...memberJson(member),
  as_of: nowOf(services),
})

const memberJson = (member: MemberRecord) => ({
  member_id: member.memberId,
  account_id: member.accountId,
  name: member.name,
  email: member.email,
  role: member.role,
  status: member.status,
  version: member.version,
  created_at: formatInstant(member.createdAt),
  updated_at: formatInstant(member.updatedAt),
})

const projectJson = (project: ProjectRecord) => ({
  project_id: project.projectId,
  account_id: project.accountId,
  name: project.name,
  status: project.status,
  created_at: formatInstant(project.createdAt),
  updated_at: formatInstant(project.updatedAt),
})
