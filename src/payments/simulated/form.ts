/** A value of a form that Stripe's wire nests with brackets: `created[gte]=1`, `types[0]=card`. */
export type Form = { [name: string]: string | Form }

const NAMES = /[^[\]]+/g
const DEPTH_MAX = 5

export function readForm(text: string): Form {
  const form: Form = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.match(NAMES)?.slice(0, DEPTH_MAX) ?? []
    const last = path.pop()
    if (last === undefined) continue
    let node = form
    for (const part of path) {
      const next = node[part]
      const inner: Form = typeof next === 'object' ? next : Object.create(null)
      node[part] = inner
      node = inner
    }
    node[last] = value
  }
  return form
}

export const textOf = (form: Form, name: string): string | undefined => {
  const value = form[name]
  return typeof value === 'string' ? value : undefined
}

export function recordOf(form: Form, name: string): Record<string, string> {
  const value = form[name]
  if (typeof value !== 'object') return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'string' ? [[key, inner] as const] : [],
    ),
  )
}

/** A page that is the last. */
export const list = (data: readonly object[]) => ({ object: 'list', has_more: false, data })
