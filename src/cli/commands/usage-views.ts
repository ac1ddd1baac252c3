import type { UsageView } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context, Handler } from '../context.ts'
import { withAccount } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, renderTable } from '../render/index.ts'

export const registerViews: Register = (program, bind) => {
  const views = program.command('views').description('questions to the explorer that are kept')
  withAccount(views.command('list').description('one’s own, and those that are shared')).action(
    bind(list),
  )
  withAccount(
    views
      .command('save')
      .description('keep a question')
      .argument('<name>', 'what people call it')
      .argument('<query>', 'what follows ? in the address, such as group_by=model'),
  )
    .option('--shared', 'everybody in the account sees it')
    .action(bind(save))
  withAccount(
    views.command('change').description('change a kept question').argument('<view>', 'its id'),
  )
    .option('--name <name>', 'what people call it')
    .option('--query <query>', 'what follows ? in the address')
    .option('--shared', 'everybody in the account sees it')
    .option('--no-shared', 'only who made it sees it')
    .action(bind(change))
  withAccount(
    views.command('delete').description('delete a kept question').argument('<view>', 'its id'),
  ).action(bind(remove))
}

const list: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const answer = await client.usage.views(account)
  if (context.json) context.printJson(answer)
  else if (answer.items.length === 0) context.print('No saved views.')
  else printViews(context, answer.items)
  return undefined
}

const save: Handler = async (context, options, [name = '', query = '']) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const shared = options.shared === true
  printOne(context, await client.usage.saveView(account, { name, query, shared }))
  return undefined
}

const change: Handler = async (context, options, [view = '']) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const { name, query, shared } = options
  const asked = {
    ...(typeof name === 'string' && { name }),
    ...(typeof query === 'string' && { query }),
    ...(typeof shared === 'boolean' && { shared }),
  }
  printOne(context, await client.usage.changeView(account, view, asked))
  return undefined
}

const remove: Handler = async (context, options, [view = '']) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const gone = await client.usage.deleteView(account, view)
  if (context.json) context.printJson(gone)
  else context.print(`Deleted ${gone.name}.`)
  return undefined
}

function printOne(context: Context, view: UsageView): void {
  if (context.json) context.printJson(view)
  else printViews(context, [view])
}

function printViews(context: Context, views: readonly UsageView[]): void {
  const rows = views.map((view): Cell[] => [
    view.view_id,
    view.name,
    view.shared ? 'shared' : 'own',
    view.query,
  ])
  context.print(
    renderTable(context.style, {
      columns: [
        { title: 'view' },
        { title: 'name', min: 8 },
        { title: 'seen by' },
        { title: 'query', drop: 1 },
      ],
      rows,
    }),
  )
}
