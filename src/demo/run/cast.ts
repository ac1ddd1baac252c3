/** Who takes part: one account for each story that the demo tells. */

interface CastKey {
  /** Names the key in the plan of the replay. */
  readonly name: string
  readonly memberId?: string
  readonly client?: string
}

/** What one account asks for, as weights. */
interface Appetite {
  /** Share of the calls of the Mooncake trace, which go to Anthropic's models. */
  readonly mooncake: number
  /** Share of the calls of the Azure trace, which go to OpenAI's models. */
  readonly azure: number
  readonly anthropicModels: readonly string[]
  readonly openAiModels: readonly string[]
}

export type StoryName =
  | 'covered'
  | 'window_runs_out'
  | 'cap'
  | 'third_party'
  | 'team'
  | 'overage'
  | 'free'
  | 'bonus_first'
  | 'weekly_only'
  | 'expiring_lot'
  | 'whole_way'

export interface CastMember {
  readonly id: string
  readonly name: string
  readonly plan: string
  readonly story: StoryName
  readonly keys: readonly CastKey[]
  readonly appetite: Appetite
  /** Faults are played where funds last, so that each is seen for what it is. */
  readonly playsFaults: boolean
  /** What its program asks for at most; absent: what all others do. */
  readonly outputTokensMax?: number
}

const SONNET = 'claude-sonnet-5.5'
const OPUS = 'claude-opus-5.5'
const HAIKU = 'claude-haiku-5.5'
const FABLE = 'claude-fable-5.2'
export const BONUS_MODEL = HAIKU

const person = (
  name: string,
  plan: string,
  story: StoryName,
  appetite: Appetite,
  more: Partial<Pick<CastMember, 'playsFaults' | 'keys' | 'outputTokensMax'>> = {},
): CastMember => {
  const short = name.toLowerCase()
  return {
    ...more,
    id: `acct_demo_${short}`,
    name,
    plan,
    story,
    keys: more.keys ?? [{ name: short }],
    appetite,
    playsFaults: more.playsFaults ?? false,
  }
}

export const CAST: readonly CastMember[] = [
  person(
    'Ada',
    'max_20x',
    'covered',
    { mooncake: 22, azure: 10, anthropicModels: [OPUS, SONNET], openAiModels: ['gpt-5.5'] },
    { playsFaults: true },
  ),
  person('Bruno', 'pro', 'window_runs_out', {
    mooncake: 8,
    azure: 8,
    anthropicModels: [SONNET],
    openAiModels: ['gpt-5.4'],
  }),
  // Small calls of one size: each stage of the way has some, however short the replay is.
  person(
    'Carla',
    'pro',
    'whole_way',
    { mooncake: 0, azure: 8, anthropicModels: [SONNET], openAiModels: ['gpt-5.5'] },
    { outputTokensMax: 512 },
  ),
  person('Dmitri', 'pro', 'cap', {
    mooncake: 6,
    azure: 6,
    anthropicModels: [FABLE],
    openAiModels: ['gpt-5.5'],
  }),
  person(
    'Emeka',
    'max_5x',
    'third_party',
    { mooncake: 6, azure: 6, anthropicModels: [SONNET], openAiModels: ['gpt-5.4-mini'] },
    { keys: [{ name: 'emeka-editor', client: 'third_party' }] },
  ),
  person('Farah', 'free', 'free', {
    mooncake: 2,
    azure: 8,
    anthropicModels: [HAIKU],
    openAiModels: ['gpt-5.4-mini'],
  }),
  person(
    'Grete',
    'max_5x',
    'bonus_first',
    {
      mooncake: 10,
      azure: 6,
      anthropicModels: [HAIKU, HAIKU, SONNET],
      openAiModels: ['gpt-5.4-mini'],
    },
    { playsFaults: true },
  ),
  person(
    'Hana',
    'weekly_only',
    'weekly_only',
    { mooncake: 8, azure: 6, anthropicModels: [SONNET], openAiModels: ['gpt-6.1-sol'] },
    { playsFaults: true },
  ),
  person('Ivo', 'no_windows', 'expiring_lot', {
    mooncake: 6,
    azure: 6,
    anthropicModels: [SONNET],
    openAiModels: ['gpt-6.1-sol'],
  }),
  person(
    'Northwind',
    'team',
    'team',
    { mooncake: 18, azure: 22, anthropicModels: [SONNET, OPUS], openAiModels: ['gpt-6.1-sol'] },
    {
      playsFaults: true,
      keys: [
        { name: 'northwind-lena', memberId: 'lena' },
        { name: 'northwind-omar', memberId: 'omar' },
        { name: 'northwind-ci', memberId: 'ci' },
      ],
    },
  ),
  person(
    'Kestrel',
    'enterprise',
    'overage',
    { mooncake: 16, azure: 22, anthropicModels: [OPUS], openAiModels: ['gpt-5.4', 'gpt-6.1-sol'] },
    { playsFaults: true },
  ),
]

/** The member whose story it is. */
export function castFor(story: StoryName): CastMember {
  const found = CAST.find((member) => member.story === story)
  if (found === undefined) throw new Error(`No account tells the story ${story}.`)
  return found
}
