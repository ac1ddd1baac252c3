import type { Answer } from '../../client/index.ts'

type Entry = Answer<'listEntries'>['items'][number]
type Posting = Entry['postings'][number]

/** Commodities with other signs than letters have to be in quotes (hledger’s manual, “Commodity symbols”). */
const commodity = (asset: string): string => (/^[A-Za-z]+$/.test(asset) ? asset : `"${asset}"`)

/** A line of text can hold neither a line break nor what begins a comment. */
const plain = (text: string): string => text.replaceAll(/[\r\n;]+/g, ' ').trim()

function postingLine([account, asset = '', amount, lot]: Posting): string {
  const comment = lot === undefined ? '' : `  ; lot:${lot}`
  return `    ${account}  ${amount} ${commodity(asset)}${comment}`
}

/**
 * A journal entry as a transaction of the plain-text format of hledger and ledger: balanced as it stands,
 * in each asset. `null`: it moved nothing.
 */
export function hledgerTransaction({
  seq,
  kind,
  at,
  request_id,
  hash,
  postings,
}: Entry): string | null {
  if (postings.length === 0) return null
  return [
    `${at.slice(0, 10)} (${seq}) ${plain(kind)}  ; request_id:${plain(request_id)}, hash:${hash}`,
    ...postings.map(postingLine),
    '',
  ].join('\n')
}

/** What the reader has to know before the first transaction. */
export const hledgerHead = (account: string): string =>
  `; The journal of ${plain(account)}, as Everycent has it. Times are UTC.\ndecimal-mark .\n`
