import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEmbedded } from '../../../src/store/embedded/index.ts'
import { isAlive } from '../../../src/store/embedded/pidfile.ts'
import { ask, killAndWait, startOwner, stopLater, temporaryFolder } from './support.ts'

test('the server outlives its owner, and the next start takes it over', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const owner = await startOwner(dataDir)
  await ask(owner.url, 'create table kept as select 42 as answer')
  await killAndWait(owner.process)

  const adopted = stopLater(await startEmbedded({ dataDir }))
  expect(adopted).toMatchObject({ adopted: true, pid: owner.pid, url: owner.url })
  expect(await ask(adopted.url, 'select answer from kept')).toBe(42)
  await adopted.stop()
  expect(isAlive(owner.pid)).toBe(false)
})

test('after a kill -9 of the server itself the next start recovers what was committed', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const first = stopLater(await startEmbedded({ dataDir }))
  await ask(first.url, 'create table kept as select 42 as answer')
  process.kill(first.pid, 'SIGKILL')
  await expect.poll(() => isAlive(first.pid)).toBe(false)

  const second = stopLater(await startEmbedded({ dataDir }))
  expect(second.adopted).toBe(false)
  expect(await ask(second.url, 'select answer from kept')).toBe(42)
})

// In a container the same small numbers are given again: the old server's may now be ours.
test('a lock file that names an unrelated live process does not stand in the way', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const first = stopLater(await startEmbedded({ dataDir }))
  const lockFile = join(dataDir, 'cluster', 'postmaster.pid')
  const lock = readFileSync(lockFile, 'utf8')
  await first.stop()
  writeFileSync(lockFile, lock.replace(/^\d+/, String(process.pid)))

  const second = stopLater(await startEmbedded({ dataDir }))
  expect(second.adopted).toBe(false)
  expect(await ask(second.url, 'select 1')).toBe(1)
})

// A copy holds the lock file of the original: adopting its server would write into the wrong data.
test('a copy of a running data directory does not take over the server of the original', async () => {
  const parent = temporaryFolder()
  const original = stopLater(await startEmbedded({ dataDir: join(parent, 'original') }))
  await ask(original.url, 'checkpoint')
  cpSync(join(parent, 'original'), join(parent, 'copy'), { recursive: true })
  execFileSync('chown', ['-R', '--reference', join(parent, 'original'), join(parent, 'copy')])
  const copy = stopLater(await startEmbedded({ dataDir: join(parent, 'copy') }))
  expect(copy.adopted).toBe(false)
  expect(copy.pid).not.toBe(original.pid)
})

test('a server whose password was lost is not taken over, and is left alone', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const first = stopLater(await startEmbedded({ dataDir }))
  rmSync(join(dataDir, 'password'))
  await expect(startEmbedded({ dataDir })).rejects.toThrow(
    /does not accept the password in .*password\.\nPut the right password there/,
  )
  expect(await ask(first.url, 'select 1')).toBe(1)
})
