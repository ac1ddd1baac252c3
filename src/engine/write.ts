import { nextDue } from '../core/decisions/index.ts'
import {
  capFacts,
  cycleOf,
  type EntryBody,
  encodeState,
  readInstant,
} from '../core/ledger/index.ts'
import { readNanos } from '../core/money/index.ts'
import type {
  AccountWrite,
  BatchWrite,
  CapWrite,
  CounterWrite,
  EntryWrite,
  HoldWrite,
  HourWrite,
  MemberHourWrite,
  PostingWrite,
} from '../store/statements/decision-commit.ts'
import { addToHours } from '../store/usage/hour-fold.ts'
import { storable } from './seal.ts'
import type { SealedEntry, Workspace } from './workspace.ts'

/** The rows of all workspaces that changed, sorted by account. */
export function batchWrite(spaces: readonly Workspace[]): BatchWrite {
  const rows = new BatchRows()
  for (const space of [...spaces].sort((a, b) => (a.accountId < b.accountId ? -1 : 1)))
    rows.add(space)
  return rows.finish()
}

/** The end of the call that an entry corrects; of anything else, the entry itself. */
const correctedBy = (space: Workspace, body: EntryBody): EntryBody =>
  (body.ref_seq === undefined ? null : space.entryAt(body.ref_seq)?.body) ?? body

class BatchRows {
  readonly #accounts: AccountWrite[] = []
  readonly #entries: EntryWrite[] = []
  readonly #postings: PostingWrite[] = []
  readonly #holdsRemoved: { accountId: string; callId: string }[] = []
  readonly #holdsPut: HoldWrite[] = []
  readonly #hours = new Map<string, HourWrite>()
  readonly #memberHours = new Map<string, MemberHourWrite>()
  readonly #counters: CounterWrite[] = []
  readonly #capsRemoved: { accountId: string; capId: string }[] = []
  readonly #capsPut: CapWrite[] = []

  add(space: Workspace): void {
    const state = space.state!
    this.#accounts.push({
      accountId: space.accountId,
      version: space.version,
      seq: state.seq,
      dueMs: nextDue(state),
      closesMs: cycleOf(state).end,
      atMs: state.lastAt,
      state: JSON.stringify(encodeState(state)),
    })
    for (const entry of space.entries) this.#addEntry(space, entry)
    for (const callId of space.holdsRemoved)
      this.#holdsRemoved.push({ accountId: space.accountId, callId })
    for (const [callId, hold] of space.holdsPut)
      this.#holdsPut.push({
        accountId: space.accountId,
        callId,
        expiresMs: readInstant(hold.lives_until ?? hold.expires_at),
        body: storable(hold).text,
      })
    this.#addCaps(space)
  }

  #addEntry(space: Workspace, { body, text, hash, evidence }: SealedEntry): void {
    this.#entries.push({
      accountId: body.account_id,
      seq: body.seq,
      kind: body.kind,
      requestId: body.request_id,
      atMs: readInstant(body.at),
      eventMs: readInstant(body.event_at),
      refSeq: body.ref_seq ?? null,
      lotId: body.lot?.id ?? null,
      drawKey: body.draw_key ?? null,
      pending: body.pending ?? null,
      hash,
      body: text,
      evidence,
    })
    body.postings.forEach(([ledgerAccount, asset, amount, lotId], line) => {
      this.#postings.push({
        accountId: body.account_id,
        seq: body.seq,
        line,
        ledgerAccount,
        asset,
        amount: readNanos(amount),
        lotId: lotId ?? null,
      })
    })
    addToHours(this.#hours, this.#memberHours, { body, of: correctedBy(space, body) })
  }

  #addCaps(space: Workspace): void {
    const { accountId } = space
    const counters = new Map<string, CounterWrite>()
    const put = new Map<string, CapWrite>()
    const removed = new Set<string>()
    for (const change of space.changes) {
      for (const own of change.caps) {
        const key = `${own.capId}\n${own.bucket}`
        const old = counters.get(key)
        counters.set(key, {
          accountId,
          capId: own.capId,
          bucket: own.bucket,
          spent: (old?.spent ?? 0n) + own.spent,
          held: (old?.held ?? 0n) + own.held,
        })
      }
      for (const capId of change.capDefinitions?.remove ?? []) {
        removed.add(capId)
        put.delete(capId)
      }
      for (const cap of change.capDefinitions?.put ?? []) {
        removed.delete(cap.id)
        const { id, raises: _raises, ...rest } = cap
        const { raises } = capFacts(cap)
        put.set(id, {
          accountId,
          capId: id,
          ...rest,
          raises: raises === undefined ? null : JSON.stringify(raises),
        })
      }
    }
    this.#counters.push(...counters.values())
    this.#capsPut.push(...put.values())
    for (const capId of removed) this.#capsRemoved.push({ accountId, capId })
  }

  finish(): BatchWrite {
    return {
      accounts: this.#accounts,
      entries: this.#entries,
      postings: this.#postings,
      holdsRemoved: this.#holdsRemoved,
      holdsPut: this.#holdsPut,
      hours: [...this.#hours.values()],
      memberHours: [...this.#memberHours.values()],
      counters: this.#counters,
      capsRemoved: this.#capsRemoved,
      capsPut: this.#capsPut,
    }
  }
}
