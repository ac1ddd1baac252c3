import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoOptions } from '../../demo/run.ts'
import { verifyStatement } from '../../verifier/index.ts'
import { LOCAL_FOLDER } from '../local.ts'
import { lieLines } from '../views/proof.ts'

/** What the demo does with the proof of a statement, in the folder where it keeps its files. */
export const proofIn = (cwd: string): Pick<DemoOptions, 'verifyStatement' | 'keepFile'> => ({
  verifyStatement: ({ bytes, key }) => {
    const found = verifyStatement(bytes, { key })
    if (!found.ok) return { ok: false, lie: lieLines(found)[0] ?? '' }
    return {
      ok: true,
      entries: found.entries,
      lines: found.lines,
      leaves: Number(found.log.size),
    }
  },
  keepFile: (name, bytes) => {
    writeFileSync(join(cwd, LOCAL_FOLDER, name), bytes, { mode: 0o600 })
    return join(LOCAL_FOLDER, name)
  },
})
