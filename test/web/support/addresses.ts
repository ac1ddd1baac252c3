import { take } from '../../../src/client/index.ts'
import { AREAS } from '../../../src/web/app/areas.ts'
import type { Area, Screen } from '../../../src/web/app/screens.ts'
import { CARLA, DMITRI, type World } from './world.ts'

/** Who looks at a screen. */
export type Reader = 'carla' | 'dmitri' | 'sam' | 'olga' | 'mira' | 'nobody'

export interface Address {
  /** `account: receipts/$receipt` */
  readonly name: string
  readonly href: string
  readonly reader: Reader
}

/** Something that is there in the world of the demo, for each part of an address that varies. */
type Examples = Readonly<Record<string, string>>

async function examplesOf({ operator }: World): Promise<Examples> {
  const calls = await take(operator.calls.list(CARLA, { limit: 200 }))
  const paid = calls.find(({ amounts }) => (amounts.charged.amount ?? '0') !== '0')
  const refused = calls.find(({ status }) => status === 'refused')
  const [dispute] = await take(operator.disputes.list(DMITRI))
  const [bought] = await take(operator.accounts.entries(CARLA, { kind: 'top_up' }), 1)
  const [incident] = await take(operator.incidents.list())
  const [campaign] = await take(operator.campaigns.list())
  return {
    $receipt: paid?.receipt_id ?? '',
    $entry: `${bought?.seq ?? ''}`,
    $refused: refused?.receipt_id ?? '',
    $case: dispute?.case_id ?? '',
    $incident: incident?.incident_id ?? '',
    $campaign: campaign?.campaign_id ?? '',
    $statement: 'open',
  }
}

/** Whose account a screen is shown for, where it is not Carla's. */
const OF_DMITRI = ['disputes/$case']
const READERS: Readonly<Record<Area['id'], Reader>> = {
  account: 'carla',
  support: 'sam',
  operator: 'olga',
  session: 'nobody',
}

/** Every screen of the app at an address where it has something to show. */
export async function addresses(world: World): Promise<readonly Address[]> {
  const examples = await examplesOf(world)
  return AREAS.flatMap((area) => area.screens.map((screen) => addressOf(area, screen, examples)))
}

function addressOf(area: Area, screen: Screen, examples: Examples): Address {
  const ofDmitri = area.id === 'account' && OF_DMITRI.includes(screen.path)
  const account = ofDmitri ? DMITRI : CARLA
  const path = [area.base, screen.path].filter(Boolean).join('/')
  const isBlocked = screen.path.startsWith('blocked/')
  const href = path.replaceAll(/\$\w+/g, (name) => {
    const value = name === '$account' ? account : examples[isBlocked ? '$refused' : name]
    if (!value) throw new Error(`nothing in the demo is a ${name}, for ${path}`)
    return value
  })
  const isOwn = screen.id === 'security'
  const reader = ofDmitri ? 'dmitri' : isOwn ? 'carla' : READERS[area.id]
  return { name: `${area.id}: ${screen.path || 'first'}`, href, reader }
}
