import Type from 'typebox'
import { CampaignId } from './campaign-document.ts'
import { personal } from './personal.ts'
import { AccountId, Amount, AmountIn, AsOf, nullable, strict, Timestamp } from './primitives.ts'

const Count = Type.Integer({ minimum: 0 })
const FigureSchema = Type.Object(
  {
    claimers: Type.Number(),
    others: Type.Number(),
    difference: Type.Number({ description: 'Mean of the differences of pairs.' }),
    least: Type.Number({ description: 'Lower end of the 95 % interval of the difference.' }),
    most: Type.Number({ description: 'Upper end of it.' }),
  },
  { ...strict, description: 'Means of both groups; of a share, 1 is all.' },
)

export const ComparisonSchema = Type.Object(
  {
    campaign_id: CampaignId,
    method: Type.Object(
      {
        design: Type.Enum(['matched_pairs'], {
          description:
            'Each claimer is paired with one eligible account that did not claim, alike in what is matched on and nearest in usage.',
        }),
        matched_on: Type.Array(Type.Enum(['plan', 'tenure_band', 'usage_band'])),
        measured_at: {
          ...Timestamp,
          description: 'When the campaign opened: what is matched on is as of then.',
        },
        eligible_at: {
          ...Timestamp,
          description: 'As of when the rules were asked of those who did not claim.',
        },
        tenure_band_days: Type.Array(Count, { description: 'Where the next band begins.' }),
        usage_band_amounts: Type.Array(AmountIn, {
          description: 'Where the next band begins; no usage is a band of its own.',
        }),
        before_days: Type.Integer({ description: 'Over how many days usage before is taken.' }),
        after_days: Type.Integer({
          description: 'How long both of a pair are followed, from the claim.',
        }),
        entries_read_max: Type.Integer({
          description: 'Entries of one account that are read for its features.',
        }),
        pairs_min: Type.Integer({ description: 'With fewer pairs no figures are shown.' }),
      },
      strict,
    ),
    sizes: Type.Object(
      {
        claimers: { ...Count, description: 'Whose days after the claim are over.' },
        too_recent: { ...Count, description: 'Claimers whose days are not over: left out.' },
        others: { ...Count, description: 'Accounts that fulfil every rule and did not claim.' },
        pairs: Count,
        unmatched: { ...Count, description: 'Claimers for whom nobody alike was left.' },
        complete: Type.Boolean({ description: 'Whether all accounts were looked at.' }),
      },
      strict,
    ),
    suppressed: nullable(
      Type.Enum(['too_few_pairs'], { description: 'Why there are no figures.' }),
    ),
    figures: nullable(
      Type.Object(
        {
          features: { ...FigureSchema, description: 'Different features of charged calls.' },
          models: { ...FigureSchema, description: 'Different models that were called.' },
          retention: Type.Array(FigureSchema, {
            description: 'Share that made a call, by week after the claim.',
          }),
        },
        strict,
      ),
    ),
    explanation: Type.Array(Type.String(), { description: 'Method and limits, for people.' }),
    as_of: AsOf,
  },
  { ...strict, description: 'Claimers beside accounts like them that did not claim.' },
)

export const AudienceStageSchema = Type.Enum(['not_told', 'told'], {
  description:
    '`not_told`: fulfils every rule, was not told; `told`: was told. Neither has claimed.',
})

export const AudienceMemberSchema = Type.Object(
  {
    account_id: AccountId,
    name: personal(Type.String()),
    plan: nullable(Type.String({ description: 'The plan that it is on now.' })),
    standing: Type.Enum(['claimable', 'not_eligible', 'not_yet_open', 'over', 'exhausted'], {
      description: 'As of now. `exhausted`: no place or no budget is left for it.',
    }),
    amount: nullable(Amount),
    claim_until: nullable(Timestamp),
    told_at: nullable(Timestamp),
    seen_at: nullable(Timestamp),
  },
  { ...strict, description: 'An account that could claim, or was told that it can.' },
)
