import { api } from '../../app/client.ts'
import type { Lang } from '../../app/preferences.ts'

interface Named {
  readonly label: string
  readonly number: string
}

/** A statement as files: for people, for programs, and for who trusts neither. */
export function statementFiles(account: string, { label, number }: Named, lang: Lang) {
  const form = (id: 'pdf' | 'csv' | 'json', type: string) => ({
    id,
    type,
    name: `${label}.${id}`,
    read: () => api.statements.file(account, number, { format: id, lang }),
  })
  return {
    pdf: form('pdf', 'application/pdf'),
    csv: form('csv', 'text/csv'),
    json: form('json', 'application/json'),
    proof: {
      id: 'proof',
      type: 'application/x-ndjson',
      name: `${label}.proof`,
      read: () => api.statements.proof(account, number),
    },
  } as const
}
