/** Before the first test: the web app as it would be served. Nothing is done when it is fresh. */
export default async function buildSite(): Promise<void> {
  const { build } = await import('../../scripts/build.mjs')
  await build()
}
