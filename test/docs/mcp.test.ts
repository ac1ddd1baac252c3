import { expect, it } from 'vitest'
import { TOOL_NAMES, toolOf } from '../../src/contract/mcp/tools.ts'
import { readPage } from './blocks.ts'

it('the page about tools lists every tool with its question, scope and effect', () => {
  const rows = [
    ...readPage('concepts/mcp.md').matchAll(/^\| `(\w+)` +\| (.+?) +\| `(.+?)` +\| (\w+) +\|$/gm),
  ]
  expect(rows.map(([, ...cells]) => cells)).toEqual(
    TOOL_NAMES.map((name) => {
      const { title, scope, effect } = toolOf(name)
      return [name, title, scope, effect]
    }),
  )
})
