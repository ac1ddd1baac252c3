import type { AccountState, Client } from '../../client/index.ts'
import { chosenAccount, namedAccount, visibleAccounts } from '../account.ts'
import type { Context } from '../context.ts'
import { usageError } from '../exit.ts'
import { runLive } from '../live/screen.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { sanitize } from '../render/text.ts'
import { overviewLines } from '../views/overview.ts'
import { compactStatus, statusLines } from '../views/status.ts'

const WATCH_EVERY_MS = 1_000
const OVERVIEW_MAX = 50
const PARALLEL = 8

type Options = Readonly<Record<string, unknown>>

export const registerStatus: Register = (program, bind) => {
  withServer(
    program
      .command('status')
      .description('where an account stands: windows, credit, caps, calls in flight'),
  )
    .option('-a, --account <id>', 'the account; all of them when an operator leaves it out')
    .option('-w, --watch', 'keep it on the screen, fresh every second; q ends')
    .option('--compact', 'one line, for prompts and status bars')
    .action(
      bind(
        async (context, options) => {
          if (options.watch) await watch(context, options)
          else await show(context, options)
          return undefined
        },
        { drains: true },
      ),
    )
}

async function show(context: Context, options: Options): Promise<void> {
  const client = context.client()
  if (options.compact) {
    const state = await client.accounts.state(await chosenAccount(client, context.io, options))
    return context.json
      ? context.printJson(state)
      : context.print(compactStatus(state, context.clock))
  }
  const states = await statesOf(client, context, options)
  if (context.json) return context.printJson(states.length === 1 ? states[0] : { accounts: states })
  context.print(linesOf(states, context))
}

async function watch(context: Context, options: Options): Promise<void> {
  if (context.json)
    throw usageError('--watch and --json do not go together.', {
      next: 'For a stream of facts use "everycent calls --follow --json".',
    })
  const client = context.client()
  let last: readonly AccountState[] | undefined
  const draw = async (): Promise<readonly string[]> => {
    try {
      last = await statesOf(client, context, options)
      return linesOf(last, context)
    } catch (error) {
      // The last figures stay, and their age tells how old they are.
      if (last === undefined) throw error
      const reason = sanitize(error instanceof Error ? error.message : String(error))
      const note = `Live view lost (${reason}); calls are still metered. Trying again.`
      return [...linesOf(last, context), '', context.style.paint('warn', note)]
    }
  }
  await runLive(context.io, context.style, { everyMs: WATCH_EVERY_MS, draw })
}

function linesOf(states: readonly AccountState[], context: Context): string[] {
  const [only, ...others] = states
  return only !== undefined && others.length === 0
    ? statusLines(only, context)
    : overviewLines(states, context)
}

async function statesOf(
  client: Client,
  context: Context,
  options: Options,
): Promise<AccountState[]> {
  const named = namedAccount(context.io, options)
  if (named !== undefined) return [await client.accounts.state(named)]
  const ids = await visibleAccounts(client, OVERVIEW_MAX)
  const states: AccountState[] = []
  for (let at = 0; at < ids.length; at += PARALLEL)
    states.push(
      ...(await Promise.all(ids.slice(at, at + PARALLEL).map((id) => client.accounts.state(id)))),
    )
  return states
}
