import { afterEach, beforeEach } from 'vitest'
import { Ledger } from '../support/core/ledger.ts'
import { digest, OfRecord } from '../support/core/of-record.ts'
import { tellingsOf } from '../support/core/told.ts'

/*
 * The stories of the spec are of record: the same commands at the same times write the same entries, byte for byte,
 * and all that is read from them says the same. A story is known by its commands. Whoever means a change removes the
 * record, so that nothing stays of stories that are told no more, and makes it anew, one file after the other:
 * `RECORD=new npx vitest run test/spec --no-file-parallelism`.
 */

const record = new OfRecord(new URL('stories.json', import.meta.url))
const opened: Ledger[] = []

/** For the file that asks: each of its stories is told as it is on record. */
export function useStories(): void {
  beforeEach(() => {
    opened.length = 0
    Ledger.onOpened = (ledger) => opened.push(ledger)
  })
  afterEach(() => {
    Ledger.onOpened = null
    expectRecorded()
  })
}

function expectRecorded(): void {
  for (const ledger of opened.splice(0)) {
    // an account that could not be opened has nothing to tell
    if (ledger.state === null) continue
    const { catalogue, told } = ledger
    const books = catalogue.books.map(({ document }) => document)
    const story = [[...catalogue.plans], books, told.map(({ command, at }) => [command, at])]
    record.expectSame(digest(story), tellingsOf(ledger))
  }
}
