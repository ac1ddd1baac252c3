import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mutant, mutated } from './mutants.ts'

/*
 * A mutant that the type checker refuses can never come to be: it is no mutant. Mutants stand as files of their
 * own beside the file that they change, so that one run of the checker judges many.
 */

/** So many are shown to the checker at once. */
const BATCH = 1_500
/** What is not used any more, or not reached, is a matter of style and not of types. */
const OPTIONS = {
  ...{ types: [], lib: ['es2023'], noEmit: true, incremental: false, composite: false },
  ...{ noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true },
  noImplicitReturns: false,
}
const ERROR = /^(?:\.\/)?core\/(.+)\.mutant(\d+)\.ts\(/gm

/** Those that the type checker takes. Throws when it does not take the core as it is. */
export async function typed(
  mutants: readonly Mutant[],
  { root, sourceOf }: { readonly root: string; readonly sourceOf: (file: string) => string },
): Promise<readonly Mutant[]> {
  const taken: Mutant[] = []
  for (let from = 0; from < mutants.length; from += BATCH) {
    const batch = mutants.slice(from, from + BATCH)
    const refused = await refusedOf(root, batch, sourceOf)
    taken.push(...batch.filter((_mutant, index) => !refused.has(index)))
  }
  return taken
}

async function refusedOf(
  root: string,
  batch: readonly Mutant[],
  sourceOf: (file: string) => string,
): Promise<ReadonlySet<number>> {
  const folder = await mkdtemp(join(tmpdir(), 'mutants-'))
  try {
    await cp(join(root, 'src/core'), join(folder, 'core'), { recursive: true })
    const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions: OPTIONS }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['core'] }))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await Promise.all(
      batch.map((mutant, index) => {
        const file = mutant.file.replace(/^src/, folder).replace(/\.ts$/, `.mutant${index}.ts`)
        return writeFile(file, mutated(sourceOf(mutant.file), mutant))
      }),
    )
    return readRefused(await checked(root, folder))
  } finally {
    await rm(folder, { recursive: true })
  }
}

function readRefused(said: string): ReadonlySet<number> {
  const refused = new Set([...said.matchAll(ERROR)].map(([, , index]) => Number(index)))
  const others = said
    .split('\n')
    .filter((line) => /error TS/.test(line) && !/\.mutant\d+\.ts\(/.test(line))
  if (others.length > 0) throw new Error(`Without a mutant: ${others.join('\n')}`)
  return refused
}

async function checked(root: string, folder: string): Promise<string> {
  const compiler = join(root, 'node_modules/.bin/tsc')
  const child = spawn(compiler, ['-p', folder, '--pretty', 'false'], { cwd: folder })
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  return said
}
