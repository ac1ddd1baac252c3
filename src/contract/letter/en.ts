import type { LetterWords } from './words.ts'

export const letterEn: LetterWords = {
  title: 'Dispute of charges',
  greeting: 'To the billing department,',
  opening:
    'We have compared {charges} of your charges with our own log of {calls} calls, from {from} to {to}.',
  claim: 'By our records we were charged {amount} too much. We ask for this amount back.',
  doubtful:
    'Further charges of {amount} ({count}) do not agree with our records, but our records alone do not settle them. Please check these too.',
  nothing: 'We found no charge that we dispute.',
  faults: {
    failed_call_charged: 'Calls that failed or were refused were charged',
    unbillable_charged: 'Something that costs nothing was charged',
    zero_usage_charged: 'Calls without reported usage were charged by an estimate',
    cut_stream_overcharged: 'Output was charged that did not reach us',
    stream_misread: 'Usage of a stream was added up, although each report holds all before it',
    cache_double_counted: 'Cached tokens were charged twice, or at the price of new ones',
    cache_lifetime_mixed: 'Cache writes were charged at the price of another lifetime',
    reasoning_miscounted: 'Reasoning tokens were charged twice',
    modality_double_counted:
      'Image or audio tokens were charged beside the tokens they are part of',
    fee_without_call: 'A fee was charged for a tool that was not called',
    band_mispriced: 'The price of another prompt length was used',
    tier_mispriced: 'The price of another service tier or speed was used',
    model_mispriced: 'The price of another model was used',
    price_version_wrong: 'Prices were used that were not in force at the time of the call',
    identity_broken: 'The reported quantities contradict each other, and the higher was charged',
    duplicate_charge: 'The same call was charged more than once',
    retry_charged: 'A repeated request was charged beside its first attempt',
    charge_without_call: 'Charges name calls that we did not make',
    otherwise: 'The amount is not quantity times price',
  },
  faultSum: 'Calls: {count}. Too much: {amount}.',
  columns: ['Call', 'Time (UTC)', 'Charged', 'Right', 'Too much', 'Our record'],
  claimed: 'What we ask back',
  toCheck: 'What we ask you to check',
  method:
    'The right amount of each call is the usage that you reported for it, at the published prices in force at its time (price lists: {books}). Amounts are exact to the billionth, rounded down.',
  asked: 'Please confirm the correction, or name the record by which the charge is right.',
  closing: 'With kind regards,',
}
