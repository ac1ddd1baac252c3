import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hottest } from '../../bench/flame/hottest.ts'
import { writeFlames } from '../../bench/flame/index.ts'
import { Places } from '../../bench/flame/places.ts'
import { type CpuProfile, frameTree } from '../../bench/flame/profile.ts'

const ROOT = '/project'
const frame = (functionName: string, file = '', lineNumber = 0) => ({
  functionName,
  url: file === '' ? '' : `file://${ROOT}/${file}`,
  lineNumber,
  columnNumber: 0,
})

/** `decide` is called by `batch`, by two ways that are one, and by `sweep`; the rest of the time is waiting. */
const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 5] },
    { id: 2, callFrame: frame('batch', 'src/batch.ts', 9), children: [6] },
    { id: 3, callFrame: frame('batch', 'src/batch.ts', 9), children: [7] },
    { id: 4, callFrame: frame('sweep', 'src/sweep.ts'), children: [8] },
    { id: 5, callFrame: frame('(idle)') },
    { id: 6, callFrame: frame('decide', 'src/<decide>.ts', 4) },
    { id: 7, callFrame: frame('decide', 'src/<decide>.ts', 4) },
    { id: 8, callFrame: frame('decide', 'src/<decide>.ts', 4) },
  ],
  samples: [2, 6, 5, 7, 8, 4, 5],
  timeDeltas: [100, 400, 5_000, 200, 250, 50, 9_000],
}

describe('the tree of a profile', () => {
  const tree = frameTree(PROFILE, new Places(ROOT))

  it('leaves waiting out, and joins calls of one function from one place', () => {
    expect(tree.totalUs).toBe(1_000)
    expect(tree.children.map(({ name, totalUs, selfUs }) => [name, totalUs, selfUs])).toEqual([
      ['batch', 700, 100],
      ['sweep', 300, 50],
    ])
    expect(tree.children[0]!.children).toMatchObject([{ place: 'src/<decide>.ts:5', totalUs: 600 }])
  })

  it('gives each function its own time, from wherever it was called', () => {
    expect(hottest(tree).map(({ name, selfUs }) => [name, selfUs])).toEqual([
      ['decide', 850],
      ['batch', 100],
      ['sweep', 50],
      ['(root)', 0],
    ])
  })
})

describe('a folder of profiles', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'everycent-flames-'))
    writeFileSync(join(folder, 'engine-1.cpuprofile'), JSON.stringify(PROFILE))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('gets a flame graph of each, which needs nothing from elsewhere', () => {
    expect(writeFlames(folder, ROOT)).toEqual(['engine-1'])
    const svg = readFileSync(join(folder, 'engine-1.svg'), 'utf8')
    expect(svg).toContain('data-n="batch" data-x="0.00" data-w="980.00"')
    expect(svg).toContain('decide src/&lt;decide>.ts:5: 60.0 %, itself 60.0 %')
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|<link|src="/)
  })

  it('gets a list of the hottest functions', () => {
    writeFlames(folder, ROOT)
    const lines = readFileSync(join(folder, 'hottest.txt'), 'utf8').split('\n')
    expect(lines[0]).toBe('engine-1: 1 ms busy')
    expect(lines[1]!.trim()).toMatch(/^85\.0 % +1 ms {2}decide {2}src\/<decide>\.ts:5$/)
    expect(lines.filter((line) => line.includes('(root)'))).toEqual([])
  })
})
