import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  isConsistent,
  leafHash,
  nodeHash,
  openNote,
  readKeyText,
  rootOfInclusion,
} from '../../src/checkpoints/index.ts'
import { SIGNER, seal } from '../checkpoints/support.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

let api: Api
let off: Api
let key: string
beforeAll(async () => {
  api = await startStockedApi({ sealing: SIGNER })
  off = await startNode(api.database)
  key = (await api.account('own')).key
})
afterAll(async () => {
  await off.close()
  await api.close()
})

const problem = (code: string, status: number) => ({
  status,
  body: expect.objectContaining({ code }),
})
const head = (at_least: number, as = key, params = { account_id: 'own' }) =>
  api.call('getSealedHead', { as, params, query: { at_least } })

describe('before anything is sealed', () => {
  it('there is no checkpoint, and the key that will sign is known', async () => {
    expect(await api.call('getCheckpoint', { as: null })).toMatchObject(problem('log_empty', 404))
    expect(await api.call('getConsistency', { as: null, query: { from: 1 } })).toMatchObject(
      problem('log_empty', 404),
    )
    expect(await api.done('listCheckpoints', { as: null })).toMatchObject({ items: [] })
    expect(await api.done('getLogKeys', { as: null })).toMatchObject({ key: SIGNER.key, items: [] })
    expect(await off.done('getLogKeys', { as: null })).toMatchObject({ key: null, items: [] })
  })

  it('a head is not sealed yet, or sealing is off: they are told apart', async () => {
    const early = await head(1)
    expect(early).toMatchObject(problem('head_not_sealed', 409))
    expect(early.headers['retry-after']).toBe('5')
    const ask = { params: { account_id: 'own' }, query: { at_least: 1 } }
    expect(await off.call('getSealedHead', ask)).toMatchObject(problem('sealing_off', 409))
  })
})

describe('the log over the API', () => {
  beforeAll(async () => {
    await seal(api.database)
    for (const id of ['one', 'two', 'three']) {
      await api.account(id)
      await seal(api.database)
    }
  })

  it('gives the newest checkpoint as JSON and as the note alone, to anybody', async () => {
    const newest = await api.done('getCheckpoint', { as: null })
    const opened = openNote(newest.note, [readKeyText(newest.key)!])
    expect(opened).toMatchObject({ size: BigInt(newest.size), root: newest.root })
    const text = await api.app.inject({
      method: 'GET',
      url: '/v1/log/checkpoint',
      headers: { accept: 'text/plain' },
    })
    expect([text.body, text.headers['content-type']]).toEqual([
      newest.note,
      'text/plain; charset=utf-8',
    ])
  })

  it('proves that each checkpoint begins with each before it', async () => {
    const { items } = await api.done('listCheckpoints', { as: null })
    expect(items.length).toBe(4)
    for (const from of items)
      for (const to of items) {
        const query = { from: from.size, to: to.size }
        const reply = await api.call('getConsistency', { as: null, query })
        if (from.size > to.size) {
          expect(reply).toMatchObject(problem('invalid_request', 400))
          continue
        }
        const { proof } = reply.body as { proof: string[] }
        const [earlier, later] = [from, to].map(({ size, root }) => ({ size: BigInt(size), root }))
        expect(isConsistent(earlier!, later!, { proof, node: nodeHash })).toBe(true)
      }
    const newest = { query: { from: items[0]!.size }, as: null }
    expect((await api.done('getConsistency', newest)).to).toEqual(items.at(-1))
  })

  it('lists checkpoints in pages, after a size', async () => {
    const { items } = await api.done('listCheckpoints', { as: null })
    const query = { after: items[1]!.size, limit: 1 }
    expect((await api.done('listCheckpoints', { as: null, query })).items).toEqual([items[2]])
  })

  it.each([0, 999_999, Number.MAX_SAFE_INTEGER])('knows no checkpoint of size %i', async (size) => {
    for (const query of [{ from: size }, { from: 1, to: size }])
      expect(await api.call('getConsistency', { as: null, query })).toMatchObject(
        problem('log_size_unknown', 404),
      )
  })

  it('proves the head of an account, to those who may see it', async () => {
    const sealed = (await head(1)).body as Awaited<ReturnType<typeof api.done<'getSealedHead'>>>
    const opened = openNote(sealed.checkpoint, [readKeyText(sealed.key)!])!
    const leaf = leafHash({ accountId: 'own', seq: sealed.seq, hash: sealed.hash })
    const place = { index: BigInt(sealed.index), size: opened.size, leaf }
    expect(rootOfInclusion(place, sealed.path, nodeHash)).toBe(opened.root)
    const ask = { params: { account_id: 'own' }, query: { at_least: 1 } }
    // without an entry, the last one is asked about
    const asked = await api.done('getSealedHead', { as: key, params: { account_id: 'own' } })
    expect(asked).toMatchObject({ seq: sealed.seq, hash: sealed.hash })
    // a node without a key gives what was sealed before
    expect((await off.done('getSealedHead', ask)).hash).toBe(sealed.hash)
  })

  it('shows no account to another, nor that it is there', async () => {
    const absent = await head(1, key, { account_id: 'nobody' })
    const forbidden = await head(1, key, { account_id: 'one' })
    expect(absent).toMatchObject(problem('account_unknown', 404))
    expect({ ...forbidden.body, instance: '' }).toEqual({ ...absent.body, instance: '' })
    expect((await head(1, 'everycent-no-such-key')).status).toBe(401)
  })

  it('names no account in what is public', async () => {
    for (const url of ['checkpoint', 'checkpoints', 'keys', 'consistency?from=1']) {
      const { body } = await api.app.inject({ method: 'GET', url: `/v1/log/${url}` })
      expect(body).not.toMatch(/own|three|account/)
    }
  })
})
