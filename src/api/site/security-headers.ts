/** Of every file of the web app. */
export const headersOfAll: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

/**
 * What the document may do: run its own scripts and styles, talk to its own server, show images, and be
 * shown in a frame by those origins alone. `X-Frame-Options` says the same to what is older than that: it
 * knows no list, so it is left out where there is one.
 */
export function documentHeaders(frameAncestors: readonly string[]): Record<string, string> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data: https:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'manifest-src': "'self'",
    'form-action': "'self'",
    'base-uri': "'none'",
    'frame-ancestors': frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' '),
    'require-trusted-types-for': "'script'",
  }
  return {
    ...headersOfAll,
    'content-security-policy': Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join('; '),
    ...(frameAncestors.length === 0 && { 'x-frame-options': 'DENY' }),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy':
      'publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), microphone=(), geolocation=()',
    'cache-control': 'no-cache',
  }
}
