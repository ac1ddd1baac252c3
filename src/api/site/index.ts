import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { OF_PORTALS, PAGES, PORTAL_ENTRY } from './pages.ts'
import { documentHeaders, headersOfAll } from './security-headers.ts'

/** Beside the bundled program, and beside the sources when it runs from them. */
const FOLDERS = ['./web', '../../../dist/web'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

/** Where the built web app is; `undefined` before the first build. */
export const builtSite = (): string | undefined =>
  FOLDERS.find((folder) => existsSync(join(folder, 'index.html')))

declare module 'fastify' {
  interface FastifyInstance {
    /** Where the web app is served: its own screen for an address at which there is nothing. */
    noSuchScreen?: (reply: FastifyReply) => FastifyReply
  }
}

export interface SiteOptions {
  /** Of the built web app. */
  readonly folder: string
  /** Origins that may show a portal in a frame; none unless told. */
  readonly frameAncestors?: readonly string[]
  /** Whether the browser that asks is in a portal that may be framed. */
  readonly isPortal?: (request: FastifyRequest) => Promise<boolean>
}

/**
 * The web app: one document for every address of a screen, and its assets, which have their content in
 * their names and are therefore kept by browsers for ever.
 */
export async function registerSite(app: FastifyInstance, options: SiteOptions): Promise<void> {
  const page = readFileSync(join(options.folder, 'index.html'))
  const frameable = documentHeaders(options.frameAncestors ?? [])
  const alone = documentHeaders([])
  const isPortal = options.isPortal ?? (async () => false)
  app.decorate('noSuchScreen', (reply: FastifyReply) =>
    reply.code(404).headers(alone).type('text/html; charset=utf-8').send(page),
  )
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: join(options.folder, 'assets'),
      prefix: '/assets/',
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
      index: false,
      setHeaders: (reply) => {
        for (const [name, value] of Object.entries(headersOfAll)) reply.header(name, value)
      },
    })
    scope.get('/favicon.svg', (_request, reply) =>
      reply
        .headers({ ...headersOfAll, 'cache-control': 'max-age=86400' })
        .sendFile('favicon.svg', options.folder),
    )
    for (const url of PAGES)
      scope.get(url, async (request, reply) => {
        const mayBeFramed =
          OF_PORTALS.includes(url) && (url === PORTAL_ENTRY || (await isPortal(request)))
        return reply
          .headers(mayBeFramed ? frameable : alone)
          .header('vary', 'cookie')
          .type('text/html; charset=utf-8')
          .send(page)
      })
  })
}

/** Of a browser that shows what it gets, as opposed to a program that reads it. */
export const wantsPage = (request: FastifyRequest): boolean =>
  /^[^;]*\btext\/html\b/.test(request.headers.accept ?? '')
