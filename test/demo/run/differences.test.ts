import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deliveryDifferences } from '../../../src/demo/run/alerts/checks.ts'
import { writeAmount } from '../../../src/demo/run/amounts.ts'
import { answeredOtherwise } from '../../../src/demo/run/campaign/checks.ts'
import { castFor } from '../../../src/demo/run/cast.ts'
import { type Findings, findingDifferences, readFindings } from '../../../src/demo/run/findings.ts'
import { toldOtherwise } from '../../../src/demo/run/way/checks.ts'
import { refusalSentence } from '../../../src/demo/run/way/refusal.ts'
import { openWorld, REPLAY_MS, type World } from '../../web/support/world.ts'

const CARLA = castFor('whole_way')

let world: World
let found: Findings

beforeAll(async () => {
  world = await openWorld()
  found = await readFindings(world.operator, Date.now())
}, REPLAY_MS)

afterAll(() => world?.close())

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T

/** What is found wrong once something in the answers is another. */
function withChange(change: (findings: Mutable<Findings>) => void): string[] {
  const findings = structuredClone(found) as Mutable<Findings>
  change(findings)
  return findingDifferences(findings as Findings)
}

const carla = ({ books }: Mutable<Findings>) => {
  const own = books.find(({ member }) => member.id === CARLA.id)
  if (own === undefined) throw new Error('no books of Carla')
  return own
}

const reloadOf = (findings: Mutable<Findings>) => {
  const own = carla(findings).purchases.find(({ kind }) => kind === 'auto_reload')
  if (own === undefined) throw new Error('nothing was reloaded')
  return own
}

test('as the API answers, nothing differs', () => {
  expect(findingDifferences(found)).toEqual([])
})

describe('a difference is found', () => {
  const NANO = writeAmount(1n)

  test('between a purchase, its lot, its tax and what the processor owes', () => {
    for (const field of ['price', 'tax', 'face'] as const) {
      const problems = withChange((own) => {
        reloadOf(own)[field] = NANO
      })
      expect(problems.join('\n')).toContain('Carla: pay_')
    }
  })

  test('between a cap and what its receipts cost', () => {
    const problems = withChange((own) => {
      for (const cap of carla(own).state.caps) cap.spent = NANO
    })
    expect(problems).toEqual([expect.stringContaining('Carla: spent under the cap paid-use')])
  })

  test('between what reloads cost and what they are said to have cost', () => {
    const problems = withChange((own) => {
      const { reload } = carla(own)
      if (reload) reload.charged_this_month = NANO
    })
    expect(problems).toEqual([expect.stringContaining('Carla: reloads of this month')])
  })

  test('between a lot, its postings and the receipts that drew from it', () => {
    const problems = withChange((own) => {
      const draw = own.journal.find(({ call, postings }) => call && postings.length > 0)
      if (draw?.postings[0]) draw.postings[0][2] = NANO
    })
    expect(problems.join('\n')).toMatch(/Carla: .* by the journal differ/)
  })

  test('between the campaign and the lots that it made', () => {
    for (const field of ['granted', 'used'] as const) {
      const problems = withChange((own) => {
        if (own.campaign) own.campaign.funnel.amounts[field] = NANO
      })
      expect(problems).toEqual([expect.stringContaining(`Campaign: ${field}`)])
    }
  })
})

describe('a limit that was passed is found', () => {
  test('of a cap', () => {
    const problems = withChange((own) => {
      for (const cap of carla(own).state.caps) cap.amount = '0.000000001'
    })
    expect(problems).toEqual([expect.stringContaining('is the cap paid-use, and')])
  })

  test('of reloads, by day and by month', () => {
    const problems = withChange((own) => {
      const terms = carla(own).reload?.terms
      if (terms) Object.assign(terms, { max_per_day: '0.01', max_per_month: '0.01' })
    })
    expect(problems).toEqual([
      'Carla: reloads beyond the limit of a day',
      'Carla: reloads beyond the limit of a month',
    ])
  })

  test('of the places and the budget of a campaign', () => {
    const problems = withChange((own) => {
      for (const ceiling of own.campaign?.campaign.ceilings ?? [])
        Object.assign(ceiling, { claims_max: 0, budget_max: '0' })
    })
    expect(problems).toContain('Campaign: the campaign has given more than its budget')
    expect(problems).toContain('Campaign: max_5x has more claims than places')
  })
})

describe('what was done twice, or not at all, is found', () => {
  test('a purchase without a lot, and a lot of another one', () => {
    const problems = withChange((own) => {
      carla(own).topUps.length = 0
    })
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/is credited, and 0 lots were made of it$/)
  })

  test('a refusal that moves money', () => {
    const problems = withChange((own) => {
      const refused = own.journal.find((entry) => entry.refused)
      refused?.postings.push(['house:revenue', 'USD', '0'])
    })
    expect(problems).toEqual([expect.stringContaining('is a refusal and moves money')])
  })

  test('a reload that is told again', () => {
    const { payment_id } = reloadOf(found as Mutable<Findings>)
    const problems = withChange((own) => {
      const told = own.told.find(({ member }) => member.id === CARLA.id)
      const like = told?.alerts[0]
      if (!told || !like) throw new Error('Carla was told nothing')
      const again = { ...like, kind: 'reload_done' as const, facts: { payment_id } }
      told.alerts.push(again, again)
    })
    expect(problems).toContain('Carla: a reload was told that did not happen, or was told before')
  })

  test('a reload that is not told', () => {
    const problems = withChange((own) => {
      const told = own.told.find(({ member }) => member.id === CARLA.id)
      if (!told) throw new Error('Carla was told nothing')
      const kept = told.alerts.filter(({ kind }) => kind !== 'reload_done')
      if (kept.length === told.alerts.length) throw new Error('no reload was told')
      told.alerts.splice(0, told.alerts.length, ...kept)
    })
    expect(
      problems.filter((own) => /^Carla: the reload pay_\w+ was not told$/.test(own)),
    ).toHaveLength(1)
  })

  test('an alert that did not come, and one that was not signed', () => {
    const id = new Set(['msg_1'])
    const right = { told: id, verified: id, logged: id, rejected: 0 }
    expect(deliveryDifferences(right)).toEqual([])
    expect(deliveryDifferences({ ...right, verified: new Set() })).toHaveLength(1)
    expect(deliveryDifferences({ ...right, logged: new Set() })).toHaveLength(1)
    expect(deliveryDifferences({ ...right, rejected: 1 })).toHaveLength(1)
  })

  test('a claim that was answered otherwise than the account stands, or twice', () => {
    if (found.campaign === null) throw new Error('there is no campaign')
    const claim = { member: CARLA, refused: null, repeatDiffers: false }
    expect(answeredOtherwise(found.campaign, [claim])).toEqual([])
    expect(answeredOtherwise(found.campaign, [{ ...claim, refused: 'not_eligible' }])).toHaveLength(
      1,
    )
    expect(answeredOtherwise(found.campaign, [{ ...claim, repeatDiffers: true }])).toHaveLength(1)
  })

  test('a client that was told something else than the journal says', () => {
    const refused = found.journal.findLast((entry) => refusalSentence(entry) !== null)
    if (refused?.receipt_id === undefined) throw new Error('nobody was refused')
    const result = {
      ending: 'refused' as const,
      receiptId: refused.receipt_id,
      message: refusalSentence(refused),
    }
    expect(toldOtherwise(found.journal, [result])).toEqual([])
    expect(toldOtherwise(found.journal, [{ ...result, message: 'No.' }])).toHaveLength(1)
  })
})
