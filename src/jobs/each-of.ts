/** Does all of them, whatever happens to one; then tells the first failure. */
export async function eachOf<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const done = await Promise.allSettled(items.map(async (item) => work(item)))
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
