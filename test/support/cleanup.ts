/*
 * What support code opens for a test is closed when the test, or its file, has ended. Modules are kept from one file
 * to the next, so a hook that a module of support registers when it is loaded would belong to the first file alone:
 * the hooks are in setup.ts, which runs for each.
 */

type Cleanup = () => unknown

const ofTest: Cleanup[] = []
const ofFile: Cleanup[] = []

/** Done after the test that runs, or, before the first one, after that. */
export const afterTest = (cleanup: Cleanup): void => void ofTest.push(cleanup)

/** Done after the last test of the file that runs. */
export const afterFile = (cleanup: Cleanup): void => void ofFile.push(cleanup)

export const endTest = (): Promise<void> => runAll(ofTest)
export const endFile = (): Promise<void> => runAll(ofFile)

/** The last first, each whatever became of the others. */
async function runAll(cleanups: Cleanup[]): Promise<void> {
  const failures: unknown[] = []
  for (const cleanup of cleanups.splice(0).reverse())
    try {
      await cleanup()
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0) throw failures[0]
}
