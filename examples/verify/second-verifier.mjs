// The chain and the signature of an exported statement, with nothing but Node:
//   node examples/verify/second-verifier.mjs examples/verify/statement.proof.jsonl
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

const text = readFileSync(process.argv[2], 'utf8')
const lines = text.trimEnd().split('\n')
const [head, ...entries] = lines.slice(0, -1).map((line) => JSON.parse(line))

let hash = Buffer.from(head.statement.previous_hash, 'hex')
for (const { body, hash: stated } of entries) {
  hash = sha256(hash, body)
  if (hash.toString('hex') !== stated)
    throw new Error(`the chain breaks at ${JSON.parse(body).seq}`)
}

const raw = Buffer.from(head.key.split('+').slice(2).join('+'), 'base64').subarray(1)
const key = createPublicKey({
  key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
  format: 'jwk',
})
const digest = sha256(text.slice(0, text.length - lines.at(-1).length - 1)).toString('hex')
const signature = Buffer.from(JSON.parse(lines.at(-1)).signature, 'base64')
if (!verify(null, Buffer.from(`${head.format}\n${digest}\n`), key, signature))
  throw new Error('not signed')

console.log(`${entries.length} entries, chain unbroken, signed`)
