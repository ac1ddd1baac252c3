import { useQuery } from '@tanstack/react-query'
import { accountKey } from '../app/account.ts'
import { api } from '../app/client.ts'
import { useMay } from '../app/session.ts'

/** People, projects and keys of an account, as far as the reader may see them. */
export const useMembers = (account: string) =>
  useQuery({
    queryKey: accountKey(account, 'members'),
    queryFn: ({ signal }) => api.members.list(account, { signal }),
    enabled: useMay()('members_read'),
  })

export const useProjects = (account: string) =>
  useQuery({
    queryKey: accountKey(account, 'projects'),
    queryFn: ({ signal }) => api.projects.list(account, { signal }),
    enabled: useMay()('projects_read'),
  })

export const useKeys = (account: string) =>
  useQuery({
    queryKey: accountKey(account, 'keys'),
    queryFn: ({ signal }) => api.keys.list(account, { signal }),
    enabled: useMay()('keys_read'),
  })
