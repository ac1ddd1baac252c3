import { type Answer, type Client, EverycentProblem } from '../../../client/index.ts'
import { CAST, type CastMember, type StoryName } from '../cast.ts'
import { CAMPAIGN, campaignDocument } from './document.ts'

/** Is told of the campaign and has not claimed yet. */
const WAITS: StoryName = 'cap'

/** How a claim was answered, and whether its repeat was answered alike. */
export interface ClaimAttempt {
  readonly member: CastMember
  /** `null`: the credit was given. */
  readonly refused: string | null
  readonly repeatDiffers: boolean
}

/** Publishes the campaign, tells those who may claim, and lets everybody but one ask for it, twice. */
export async function runCampaign(
  client: Client,
  amount: string,
  nowMs: number,
): Promise<ClaimAttempt[]> {
  await publish(client, amount, nowMs)
  const told: string[] = []
  for (const { id } of CAST) if (await mayClaim(client, id)) told.push(id)
  await client.campaigns.markTold(CAMPAIGN, { account_ids: told })
  const attempts: ClaimAttempt[] = []
  for (const member of CAST) if (member.story !== WAITS) attempts.push(await ask(client, member))
  return attempts
}

/** A start that was broken off may have published it: it never changes. */
async function publish(client: Client, amount: string, nowMs: number): Promise<void> {
  const known = await unless('campaign_unknown', client.campaigns.get(CAMPAIGN))
  if (known === null) await client.campaigns.create(campaignDocument(amount, nowMs))
  if (known?.status !== 'published') await client.campaigns.publish(CAMPAIGN)
}

async function mayClaim(client: Client, accountId: string): Promise<boolean> {
  const standing = (await client.campaigns.ofAccount(accountId)).items.find(isOurs)?.standing
  return standing === 'claimable' || standing === 'claimed'
}

const isOurs = ({ campaign_id }: { readonly campaign_id: string }): boolean =>
  campaign_id === CAMPAIGN

type Claimed = Answer<'claimCampaign'>

async function ask(client: Client, member: CastMember): Promise<ClaimAttempt> {
  const claim = (): Promise<Claimed | EverycentProblem> =>
    client.campaigns.claim(member.id, CAMPAIGN).catch((error: unknown) => {
      if (error instanceof EverycentProblem) return error
      throw error
    })
  const [first, again] = [await claim(), await claim()]
  const codeOf = (answer: Claimed | EverycentProblem): string | null =>
    answer instanceof EverycentProblem ? answer.code : null
  const isAlike =
    first instanceof EverycentProblem
      ? codeOf(again) === first.code
      : JSON.stringify(again) === JSON.stringify(first)
  return { member, refused: codeOf(first), repeatDiffers: !isAlike }
}

async function unless<T>(code: string, asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof EverycentProblem && error.code === code) return null
    throw error
  }
}

type OfAccount = Answer<'listAccountCampaigns'>['items'][number]

/** The campaign as the API tells it: in all, and for each account with the value of every rule. */
export interface CampaignBooks {
  readonly campaign: Answer<'getCampaign'>
  readonly funnel: Answer<'getCampaignFunnel'>
  readonly accounts: readonly { readonly member: CastMember; readonly own: OfAccount }[]
}

/** `null`: there is none, in a database of before. */
export async function readCampaign(client: Client): Promise<CampaignBooks | null> {
  const campaign = await unless('campaign_unknown', client.campaigns.get(CAMPAIGN))
  if (campaign === null) return null
  const accounts = await Promise.all(
    CAST.map(async (member) => {
      const { items } = await client.campaigns.ofAccount(member.id)
      const own = items.find(isOurs)
      return own === undefined ? [] : [{ member, own }]
    }),
  )
  const funnel = await client.campaigns.funnel(CAMPAIGN)
  return { campaign, funnel, accounts: accounts.flat() }
}
