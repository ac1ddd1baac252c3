import type { Complaint } from '../complaint.ts'

const VECTORS = 'vectors/misbilling.json'
const vector = (
  id: string,
  row: string,
  refs: readonly string[],
  wrong: string,
  rule: string,
): Complaint => ({ id, refs, wrong, rule, tests: [[VECTORS, row]] })

const DISJOINT = 'One normaliser for each dialect; the parts add up to the provider’s total.'
const CUMULATIVE = 'Usage in a stream is cumulative: a later field replaces, nothing is summed.'
const WHOLE = 'A band moves the whole request, and begins above its threshold.'
const SERVED = 'The served model and tier decide; a dated name inherits the rows of its family.'

export const PRICES: readonly Complaint[] = [
  vector(
    'cache-inside-the-input',
    'V01',
    ['BerriAI/litellm#9812'],
    'What was written to a cache was billed as input once more.',
    DISJOINT,
  ),
  vector(
    'cached-and-long',
    'V03',
    ['BerriAI/litellm#14849'],
    'Cached tokens were billed twice, with a mixture of the bands.',
    WHOLE,
  ),
  vector(
    'cached-counted-twice',
    'V05',
    ['langfuse/langfuse#10592'],
    'Cached tokens were counted beside a total that contains them.',
    DISJOINT,
  ),
  vector(
    'cached-counted-twice-in-traces',
    'V06',
    ['langfuse/langfuse#12306'],
    'The same in the attributes of traces.',
    DISJOINT,
  ),
  vector(
    'lifetime-of-a-cache',
    'V08',
    ['oh-my-pi#6876'],
    'Cache writes for an hour were priced as writes for five minutes.',
    'Each lifetime has a price of its own.',
  ),
  vector(
    'start-and-end-added',
    'V10',
    ['tensorzero/tensorzero#5481'],
    'The counts of the first and the last event were added.',
    CUMULATIVE,
  ),
  vector(
    'every-chunk-added',
    'V11',
    ['griptape#2275', 'langchainjs#10159'],
    'The counts of all chunks were added.',
    CUMULATIVE,
  ),
  vector(
    'absent-overwrote',
    'V13',
    ['req_llm#464'],
    'A field that was absent at the end set its count to zero.',
    CUMULATIVE,
  ),
  vector(
    'estimate-kept',
    'V14',
    ['adk-utils-go#32'],
    'The estimate of the first event stood against the truth of the last.',
    CUMULATIVE,
  ),
  vector(
    'reasoning-twice',
    'V16',
    ['PostHog/posthog#71065'],
    'Reasoning was added to an output that contains it.',
    DISJOINT,
  ),
  vector(
    'long-prompt-in-segments',
    'V18',
    ['claude-code-hub#869'],
    'Only the part above the threshold got the price of long prompts.',
    WHOLE,
  ),
  vector(
    'exactly-at-the-threshold',
    'V19',
    ['openusage#885'],
    'A prompt exactly at the threshold got the price above it.',
    WHOLE,
  ),
  vector(
    'dated-name-lost-its-tier',
    'V21',
    ['BerriAI/litellm#37046'],
    'A dated name of a model lost the prices of its tiers.',
    SERVED,
  ),
  vector(
    'asked-for-not-served',
    'V22',
    ['BerriAI/litellm#31837'],
    'The tier that was asked for was billed, not the one that was served.',
    SERVED,
  ),
  vector(
    'tool-declared-not-used',
    'V25',
    ['BerriAI/litellm#10384'],
    'A search was billed because it was allowed, though none was made.',
    'Fees follow what was counted in the answer.',
  ),
  vector(
    'cached-images',
    'V28',
    ['BerriAI/litellm#37281'],
    'Images that were cached were billed twice.',
    DISJOINT,
  ),
  vector(
    'unknown-model-at-a-guess',
    'V29',
    ['headroom#3732', 'BerriAI/litellm#42161'],
    'A model without a price was billed at a default, or at nothing.',
    'Unknown is unpriced: delivered, waiting, never a default.',
  ),
  vector(
    'old-use-at-new-prices',
    'V31',
    ['ryoppippi/ccusage#1636'],
    'The same use had another price when it was reported later.',
    'The book in force at the time of the call prices it, and is on the receipt.',
  ),
  vector(
    'a-cent-in-between',
    'V54',
    ['getlago/lago-api#4642'],
    'Lines that were rounded one by one left a cent between them and the total.',
    'One rounding, downwards; lines are differences of running sums.',
  ),
  vector(
    'price-below-zero',
    'V59',
    ['codeburn#457', 'anomalyco/opencode#22028'],
    'A price below zero gave money for use.',
    'A price below zero never loads.',
  ),
  {
    id: 'credit-minted-by-a-sentinel',
    refs: ['elizaOS/eliza#22681'],
    wrong: 'A negative placeholder was settled as a refund of what had been reserved and more.',
    rule: 'A count below zero is absent and flagged; what is given back is at most what was held.',
    tests: [
      ['complaints/funding.test.ts', 'of %s gives nobody credit'],
      ['core/usage/properties.test.ts', '%s: a malformed count is absent and flagged'],
    ],
  },
  {
    id: 'zero-instead-of-unknown',
    refs: ['Osmantic/ODS#1236', 'MCPJam/inspector#3605'],
    wrong: 'An estimate of an unknown model said $0.',
    rule: 'What has no price has no amount.',
    tests: [
      ['api/prices.test.ts', 'of a model without a price says what is missing, and no amount'],
    ],
  },
  {
    id: 'estimate-before-the-run',
    refs: ['promptfoo/promptfoo#1864', 'amiable-dev/llm-council#514', 'bnewm0609/qa-decontext#5'],
    wrong: 'The cost of a run was known only after it.',
    rule: 'An estimate says low, expected and worst, and what would pay; it is decided like the call.',
    tests: [
      [
        'api/prices.test.ts',
        'says low, expected and worst, which source would pay, and keeps nothing',
      ],
      ['api/prices.test.ts', 'agrees with what an authorize of the same call then decides'],
    ],
  },
]
