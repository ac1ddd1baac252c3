import {
  type Config,
  environmentName,
  loadConfig,
  NUMBERS,
  type NumberName,
  TEXTS,
} from '../../config.ts'
import type { Io } from '../io.ts'
import { PLAIN } from '../render/style.ts'
import { type Cell, renderTable } from '../render/table.ts'

/** The settings of a command that runs on the server's own machine. */
export function configFor(io: Io, options: Readonly<Record<string, unknown>>): Config {
  const file = typeof options.config === 'string' ? options.config : undefined
  return loadConfig({ env: io.env, cwd: io.cwd, ...(file !== undefined && { file }) })
}

/** Every setting with its variable, default and meaning: for `serve --help` and the documentation. */
export function settingsTable(): string {
  const texts = TEXTS.map((setting): Cell[] => [
    setting.path,
    setting.env,
    setting.fallback,
    setting.meaning,
  ])
  const numbers = (Object.keys(NUMBERS) as NumberName[]).map((name): Cell[] => [
    name,
    environmentName(name),
    String(NUMBERS[name].fallback),
    NUMBERS[name].meaning,
  ])
  const columns = [
    { title: 'in the file' },
    { title: 'environment' },
    { title: 'default' },
    { title: 'meaning' },
  ]
  return renderTable(PLAIN, { columns, rows: [...texts, ...numbers] }).join('\n')
}
