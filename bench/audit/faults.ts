import type { AuditRule } from '../../src/core/audit/index.ts'
import type { Nanos } from '../../src/core/money/index.ts'
import type { TokenKind } from '../../src/core/usage/index.ts'
import { type Bank, carriedBy, type Fault, readServed, type Served } from './bank.ts'
import { editLine, scale } from './edits.ts'
import { type FaultKind, granite, rich, sonata } from './fault-kind.ts'
import { FLAT_BOOK, OLD_BOOK } from './prices.ts'
import { SOURCE_FAULTS } from './source-faults.ts'
import { cut, type Dice } from './traffic.ts'

type Tokens = Partial<Record<TokenKind, number>>

/** The call as a program takes it that reads its usage otherwise. */
const misread = (own: Served, change: (tokens: Tokens) => Tokens): Fault => {
  const right = readServed(own)
  const usage = right.usage!
  return {
    usage: { ...right, usage: { ...usage, tokens: { ...usage.tokens, ...change(usage.tokens) } } },
  }
}

/** Records a call wrongly; the difference is against what the real core would have charged. */
function charged(bank: Bank, own: Served, fault: Fault): Nanos {
  const right = bank.quote(own)
  return (carriedBy(bank.record(own, fault)) - right) as Nanos
}

type Make = (bank: Bank, dice: Dice) => Served

/** A fault of one call's amount, against the same call done rightly. */
const ofAmount = (
  rule: AuditRule,
  name: string,
  make: Make,
  fault: (own: Served) => Fault,
): FaultKind => ({
  rule,
  name,
  plant: (bank, dice) => {
    rich(bank)
    const own = make(bank, dice)
    return { rule, difference: charged(bank, own, fault(own)) }
  },
  near: (bank, dice) => {
    bank.record(make(rich(bank), dice))
  },
})

/** Charged whole although nothing is to be paid. */
const free = (
  rule: AuditRule,
  name: string,
  wrong: (own: Served) => Served,
  near: (own: Served) => Served,
): FaultKind => ({
  rule,
  name,
  plant: (bank, dice) => ({
    rule,
    difference: carriedBy(bank.record(wrong(sonata(rich(bank), dice)))),
  }),
  near: (bank, dice) => {
    bank.record(near(sonata(rich(bank), dice)))
  },
})

const withOutcome =
  (code: NonNullable<Served['outcome']>) =>
  (own: Served): Served => ({ ...own, outcome: code })

const image = (bank: Bank, dice: Dice): Served =>
  granite(bank, dice, {
    usage: {
      prompt_tokens: 1_000,
      completion_tokens: dice.between(50, 90),
      prompt_tokens_details: { cached_tokens: 900, image_tokens: dice.between(300, 800) },
    },
  })

const longPrompt = (bank: Bank, dice: Dice): Served =>
  sonata(bank, dice, {
    usage: { input_tokens: dice.between(200_001, 230_000), output_tokens: dice.between(50, 500) },
  })

const frames = (bank: Bank, dice: Dice): Served => {
  const output = dice.between(40, 90)
  const input = dice.between(100, 900)
  return sonata(bank, dice, {
    usage: { input_tokens: input, output_tokens: output },
    evidence: {
      usage_frames: [{ input_tokens: input, output_tokens: 3 }, { output_tokens: output }],
    },
  })
}

const contradictory = (bank: Bank, dice: Dice): Served => {
  const prompt = dice.between(2_000, 9_000)
  return granite(bank, dice, {
    usage: { prompt_tokens: prompt, completion_tokens: 400, total_tokens: prompt + 250 },
  })
}

const CALL_FAULTS: readonly FaultKind[] = [
  free(
    'failed_call_charged',
    'a 500 that was charged',
    (own) => ({ ...own, evidence: { upstream_status: 500 } }),
    withOutcome('error_before_output'),
  ),
  {
    ...free(
      'unbillable_charged',
      'an answer of our own cache that was charged',
      (own) => own,
      withOutcome('served_from_cache'),
    ),
    plant: (bank, dice) => {
      const own = sonata(rich(bank), dice)
      const edit: Fault['edit'] = (body) => ({
        ...body,
        outcome: { ...body.outcome!, code: 'served_from_cache' },
      })
      return { rule: 'unbillable_charged', difference: carriedBy(bank.record(own, { edit })) }
    },
  },
  {
    rule: 'zero_usage_charged',
    name: 'an estimate where the provider said zero',
    plant: (bank, dice) => {
      const own = sonata(rich(bank), dice, { usage: { input_tokens: 0, output_tokens: 0 } })
      const fault = misread(own, () => ({ input: dice.between(500, 900), output: 40 }))
      return { rule: 'zero_usage_charged', difference: carriedBy(bank.record(own, fault)) }
    },
    near: (bank, dice) => {
      bank.record(sonata(rich(bank), dice, { usage: { input_tokens: 0, output_tokens: 0 } }))
      bank.record(sonata(bank, dice, { usage: null }))
    },
  },
  {
    rule: 'cut_stream_overcharged',
    name: 'the whole output of a stream that was left',
    plant: (bank, dice) => {
      const { served, usage } = cut(sonata(rich(bank), dice), dice.between(1, 9))
      const right = bank.quote(served, { usage })
      const difference = (carriedBy(bank.record(served)) - right) as Nanos
      return { rule: 'cut_stream_overcharged', difference }
    },
    near: (bank, dice) => {
      const { served, usage } = cut(sonata(rich(bank), dice), dice.between(1, 9))
      bank.record(served, { usage })
    },
  },
  ofAmount('stream_misread', 'reports of a stream added up', frames, (own) =>
    misread(own, ({ output = 0 }) => ({ output: output + 3 })),
  ),
  ofAmount('cache_double_counted', 'cache reads in the input as well', sonata, (own) =>
    misread(own, ({ input = 0, cache_read = 0 }) => ({ input: input + cache_read })),
  ),
  ofAmount('cache_double_counted', 'an inclusive prompt beside its cache', granite, (own) =>
    misread(own, ({ input = 0, cache_read = 0 }) => ({ input: input + cache_read })),
  ),
  ofAmount(
    'cache_lifetime_mixed',
    'writes of both lifetimes as of an hour or of minutes',
    sonata,
    (own) =>
      misread(own, ({ cache_write_5m = 0, cache_write_1h = 0 }) => ({
        cache_write_5m: cache_write_1h,
        cache_write_1h: cache_write_5m,
      })),
  ),
  ofAmount('reasoning_miscounted', 'reasoning in the output as well', granite, (own) =>
    misread(own, ({ output = 0, reasoning = 0 }) => ({ output: output + reasoning })),
  ),
  ofAmount('reasoning_miscounted', 'reasoning left out', granite, (own) =>
    misread(own, () => ({ reasoning: 0 })),
  ),
  ofAmount('modality_double_counted', 'image tokens beside the cached prompt', image, (own) => {
    const { image_tokens: images } = (
      own.usage as { prompt_tokens_details: { image_tokens: number } }
    ).prompt_tokens_details
    return misread(own, ({ input = 0 }) => ({ input: input + images }))
  }),
  ofAmount(
    'fee_without_call',
    'a search that was declared and not made',
    (bank, dice) => sonata(bank, dice, { evidence: { declared_fees: { web_search: 1 } } }),
    (own) => {
      const right = readServed(own)
      return { usage: { ...right, usage: { ...right.usage!, fees: { web_search: 1 } } } }
    },
  ),
  ofAmount('band_mispriced', 'a long prompt at the short price', longPrompt, () => ({
    books: [FLAT_BOOK],
  })),
  ofAmount(
    'tier_mispriced',
    'flex at the ordinary price',
    (bank, dice) => granite(bank, dice, { tier: 'flex' }),
    (own) => ({
      usage: { ...readServed(own), tier: null },
      edit: (body) => ({ ...body, served: { ...body.served!, tier: 'flex' } }),
    }),
  ),
  ofAmount(
    'model_mispriced',
    'a cheap model at the price of a dear one',
    (bank, dice) =>
      sonata(bank, dice, {
        model: 'pebble',
        usage: { input_tokens: dice.between(500, 900), output_tokens: 70 },
      }),
    (own) => ({
      usage: { ...readServed(own), model: 'geode' },
      edit: (body) => ({ ...body, served: { ...body.served!, model: 'pebble' } }),
    }),
  ),
  ofAmount('price_version_wrong', 'prices of before', sonata, () => ({ books: [OLD_BOOK] })),
  ofAmount('negative_amount', 'a charge below zero', sonata, () => ({
    edit: (body) => scale(body, (own) => -own as Nanos),
  })),
  ofAmount('rate_mispriced', 'a mark-up that no book has', sonata, () => ({
    edit: (body) => scale(body, (own) => (own * 3n) as Nanos),
  })),
  {
    rule: 'total_not_closed',
    name: 'lines that are not the total',
    plant: (bank, dice) => {
      bank.record(sonata(rich(bank), dice), { edit: editLine })
      return { rule: 'total_not_closed', difference: -1n as Nanos }
    },
    near: (bank, dice) => {
      bank.record(sonata(rich(bank), dice))
    },
  },
  ofAmount('identity_broken', 'the higher of two readings', contradictory, (own) =>
    misread(own, () => ({ output: 400 })),
  ),
  {
    rule: 'duplicate_charge',
    name: 'one answer under two call ids',
    plant: (bank, dice) => {
      const own = sonata(rich(bank), dice)
      bank.record(own)
      const again = { ...own, id: bank.id('call'), evidence: { message_id: `msg_${own.id}` } }
      return { rule: 'duplicate_charge', difference: carriedBy(bank.wait(9_000).record(again)) }
    },
    near: (bank, dice) => {
      const own = sonata(rich(bank), dice)
      bank.record(own)
      bank.wait(9_000).record({ ...own, id: bank.id('call') })
    },
  },
  {
    rule: 'retry_charged',
    name: 'a retry beside its first attempt',
    plant: (bank, dice) => {
      const own = sonata(rich(bank), dice, { fingerprint: bank.id('print') })
      bank.record(own)
      const retry = { ...own, id: bank.id('call'), evidence: { retry_count: 1 } }
      return { rule: 'retry_charged', difference: carriedBy(bank.wait(3_000).record(retry)) }
    },
    near: (bank, dice) => {
      const own = sonata(rich(bank), dice, { fingerprint: bank.id('print') })
      // asked twice on purpose, then a retry of a call that failed, then one much later
      bank.record(own)
      bank.wait(3_000).record({ ...own, id: bank.id('call') })
      const other = sonata(bank, dice, { fingerprint: bank.id('print') })
      bank.record({ ...other, outcome: 'error_before_output' })
      bank.wait(3_000).record({ ...other, id: bank.id('call'), evidence: { retry_count: 1 } })
      bank.wait(900_000).record({ ...other, id: bank.id('call'), evidence: { retry_count: 1 } })
    },
  },
]

/** One kind of fault for every rule that a journal can show. */
export const FAULTS: readonly FaultKind[] = [...CALL_FAULTS, ...SOURCE_FAULTS]
