/**
 * An address of this app, as browsers read it: they drop tabs and line ends, and take `\` for `/`, so what
 * a text begins with says nothing. `null`: it leads elsewhere, or is none.
 */
export function ownPath(next: string | null | undefined, origin: string): string | null {
  if (!next?.startsWith('/') || !URL.canParse(next, origin)) return null
  const { origin: itsOrigin, pathname, search, hash } = new URL(next, origin)
  // Of `/.//elsewhere` the path alone would be the address of a host.
  return itsOrigin === origin && !pathname.startsWith('//') ? pathname + search + hash : null
}
