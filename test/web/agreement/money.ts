import { describe, expect, test } from 'vitest'
import { figureText } from '../../../src/api/documents/figures.ts'
import { type RunningCall, take } from '../../../src/client/index.ts'
import { formatNanos, readNanos, sum } from '../../../src/core/money/index.ts'
import { textOf } from '../../support/pdf-text.ts'
import { commandLine, type Scene, standing, tool } from '../support/agreement.ts'
import { column, panel } from '../support/figures.ts'
import { exact } from '../support/page.ts'
import { CARLA, DMITRI } from '../support/world.ts'

/* What it may cost, what was bought and given: one truth on screen, API, command line and MCP. */

/** The figures of a call in flight that stay while nothing comes; the moment of the look does not. */
const still = ({ held, worst, expected, so_far: soFar }: RunningCall) => ({
  ...{ held, worst, expected },
  so_far: soFar && { tokens: soFar.tokens, amount: soFar.amount },
})

/** Estimates, credit, disputes, statements and purchases of the accounts of the demo. */
export function moneyIsAlike(scene: Scene): void {
  test('a call in flight holds, and has come to so far, the same everywhere', async () => {
    const account = 'acct_demo_ada'
    const leaving = new AbortController()
    const answer = await fetch(`${scene.world.url}/anthropic/v1/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': scene.world.secretOf('ada'),
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
        'x-sim-output-tokens': '4000',
        // One piece, then nothing for longer than the test takes.
        'x-sim-chunk-tokens': '200',
        'x-sim-chunk-delay-ms': '60000',
      },
      body: JSON.stringify({
        ...{ model: 'claude-sonnet-5.5', max_tokens: 4_000, stream: true },
        messages: [{ role: 'user', content: 'Count slowly.' }],
      }),
      signal: leaving.signal,
    })
    const running = async () => (await take(scene.world.operator.calls.running(account)))[0]
    await expect
      .poll(async () => (await running())?.so_far?.amount, { timeout: 10_000 })
      .toBeTruthy()
    const call = (await running()) as RunningCall
    const told = await commandLine(scene.world, ['calls', '--running', '--account', account])
    const asked = await tool(scene.world, 'list_running_calls', { account_id: account })
    for (const other of [told, asked.result] as { items: RunningCall[] }[])
      expect(other.items.map(still)).toEqual([still(call)])

    const { page, show } = await scene.pageOf('olga')
    await show(`/a/${account}/live`)
    const row = page.locator('[data-index]').filter({ hasText: 'running' })
    await row.getByText('so far', { exact: false }).waitFor()
    const held = formatNanos(sum([call.held.money, call.held.included].map(readNanos)))
    expect(await exact(row)).toEqual([held, call.so_far?.amount])
    leaving.abort()
    await answer.body?.cancel().catch(() => {})
  })

  test('what a call would cost, and who would pay, is alike everywhere', async () => {
    const call = { model: 'claude-sonnet-5.5', prompt_tokens_max: 200, max_output_tokens: 20 }
    const estimate = await scene.world.operator.estimate({ ...call, account_id: CARLA })
    const argv = ['estimate', '--model', call.model, '--prompt-tokens', '200', '--max-output', '20']
    const told = (await commandLine(scene.world, [...argv, '--account', CARLA])) as object
    const asked = await tool(scene.world, 'estimate', { ...call, account_id: CARLA })
    expect(standing(told)).toEqual(standing(estimate))
    expect(standing(asked.result as object)).toEqual(standing(estimate))

    const { page, show } = await scene.pageOf('carla')
    await show(`/a/${CARLA}/controls?tab=estimate`)
    const own = panel(page, 'What would a call cost?')
    await own.getByLabel('Model', { exact: true }).fill(call.model)
    await own.getByLabel('Tokens of the prompt, at most').fill('200')
    await own.getByLabel('Tokens of the answer, at most').fill('20')
    await own.getByRole('button', { name: 'Estimate' }).click()
    await own.getByRole('table').waitFor()
    const { low, expected, worst, funding } = estimate
    const drawn = funding.filter((step) => step.drawn !== '0').map((step) => step.drawn)
    const shown = await exact(own)
    expect(shown.slice(0, 3)).toEqual([low, expected, worst])
    expect(await column(own.getByRole('table'), 2)).toEqual(drawn)
  })

  test('credit, and what is offered, are alike everywhere', async () => {
    const { lots } = await scene.world.as('carla').accounts.state(CARLA)
    const { page, show } = await scene.pageOf('carla')
    await show(`/a/${CARLA}/credits`)
    const cards = await exact(panel(page, 'Your credit'))
    for (const { remaining, face, state } of lots) {
      if (state !== 'active') continue
      expect(cards).toContain(remaining)
      expect(cards).toContain(face)
    }
    const offered = await scene.world.operator.campaigns.ofAccount(CARLA)
    expect(offered.items.length).toBeGreaterThan(0)
    const told = (await commandLine(scene.world, ['campaigns', 'check', CARLA])) as object
    const asked = await tool(scene.world, 'list_campaigns', { account_id: CARLA })
    // A rule says of what moment its value is, which is now: all else is the same.
    const says = (answer: unknown) =>
      (answer as typeof offered).items.map(({ evaluation, ...own }) => ({
        ...own,
        amount: evaluation.amount,
        rules: evaluation.rules.map(({ at: _at, ...rule }) => rule),
      }))
    expect(says(told)).toEqual(says(offered))
    expect(says(asked.result)).toEqual(says(offered))
    const amounts = offered.items.map(({ claim, evaluation }) => claim?.amount ?? evaluation.amount)
    const shown = await exact(page.locator('main'))
    for (const amount of amounts) if (amount !== null) expect(shown).toContain(amount)
  })

  test('a dispute is about the same everywhere', async () => {
    const [listed] = await take(scene.world.operator.disputes.list(DMITRI))
    const id = listed?.case_id ?? ''
    const own = await scene.world.operator.disputes.get(DMITRI, id)
    const told = await commandLine(scene.world, ['dispute', 'show', id, '--account', DMITRI])
    const asked = await tool(scene.world, 'get_my_case', { account_id: DMITRI, case_id: id })
    expect(standing(told as object)).toEqual(standing(own))
    expect(standing(asked.result as object)).toEqual(standing(own))
    const { page, show } = await scene.pageOf('dmitri')
    await show(`/a/${DMITRI}/disputes/${id}`)
    expect(await exact(page.locator('main'))).toContain(own.amount)
    await show(`/a/${DMITRI}/disputes`)
    expect(await exact(page.locator('main'))).toContain(listed?.amount)
  })

  describe('a statement', () => {
    test('says the same on screen, in the API, on the command line and to a tool', async () => {
      const own = await scene.world.as('carla').statements.get(CARLA, 'open')
      const told = (await commandLine(scene.world, ['statements', 'show'], 'carla')) as object
      const asked = await tool(scene.world, 'read_statement', {}, 'carla')
      expect(standing(told)).toEqual(standing(own))
      expect(standing(asked.result as object)).toEqual(standing(own))

      const { page, show } = await scene.pageOf('carla')
      await show(`/a/${CARLA}/statements/open`)
      const balances = panel(page, 'Balances')
      for (const [name, flow] of [
        ['Paid credit', own.balances.prepaid],
        ['Promotional credit', own.balances.promotional],
      ] as const) {
        const table = balances.getByRole('table', { name, exact: true })
        const moved = flow.movements.map(({ amount }) => amount)
        expect(await exact(table)).toEqual([flow.opening, ...moved, flow.closing])
      }
    })

    test('has the same figures on paper', async () => {
      const own = await scene.world.as('carla').statements.get(CARLA, 'open')
      const pdf = await scene.world
        .as('carla')
        .statements.file(CARLA, 'open', { format: 'pdf', lang: 'en' })
      const paper = textOf(Buffer.from(pdf)).lines.join('\n')
      const { prepaid, promotional } = own.balances
      const figures = [prepaid, promotional].flatMap(({ opening, movements, closing }) => [
        opening,
        ...movements.map(({ amount }) => amount),
        closing,
      ])
      expect(figures.length).toBeGreaterThan(4)
      for (const figure of figures) expect(paper).toContain(figureText(figure, own.currency))
    })
  })

  test('purchases, invoices and auto-reload are alike everywhere', async () => {
    const purchases = await take(scene.world.operator.purchases.list(CARLA))
    expect(purchases.length).toBeGreaterThan(0)
    const of = ['--account', CARLA]
    const args = { account_id: CARLA }
    expect(await commandLine(scene.world, ['purchases', ...of])).toEqual({ items: purchases })
    const asked = await tool(scene.world, 'list_purchases', args)
    expect(asked.result).toMatchObject({ items: purchases })
    const { page, show } = await scene.pageOf('carla')
    await show(`/a/${CARLA}/payment`)
    const table = page.getByRole('table', { name: 'Purchases', exact: true })
    expect(await exact(table)).toEqual(purchases.flatMap(({ face, total }) => [face, total]))

    const invoices = await scene.world.operator.invoices.list('acct_demo_kestrel')
    const owned = { account_id: 'acct_demo_kestrel' }
    const told = await commandLine(scene.world, ['invoices', 'list', '--account', owned.account_id])
    expect(standing(told as object)).toEqual(standing(invoices))
    const read = await tool(scene.world, 'list_invoices', owned)
    expect(standing(read.result as object)).toEqual(standing(invoices))
    const olga = await scene.pageOf('olga')
    await olga.show(`/a/${owned.account_id}/statements`)
    const { owed, items } = invoices
    expect(await exact(panel(olga.page, 'Invoices'))).toEqual([
      ...[owed.invoices, owed.overage],
      ...items.toReversed().flatMap(({ total, left }) => [total, left]),
    ])

    const reload = await scene.world.operator.autoReload.get(CARLA)
    const [shown, answered] = [
      await commandLine(scene.world, ['reload', 'show', ...of]),
      await tool(scene.world, 'read_auto_reload', args),
    ]
    expect(standing(shown as object)).toEqual(standing(reload))
    expect(standing(answered.result as object)).toEqual(standing(reload))
  })
}
