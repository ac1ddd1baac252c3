import type { Context } from '../context.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { renderPairs } from '../render/index.ts'

const PATH = '/mcp'

/** The token itself is never printed: it would stay in terminals and in the files it is pasted to. */
const TOKEN = '$EVERYCENT_TOKEN'

/** How clients connect to the server's tools: its address, and the header with the token. */
export const registerMcp: Register = (program, bind) => {
  withServer(
    program
      .command('mcp')
      .description('how agents connect to the tools of this server (Model Context Protocol)'),
  ).action(
    bind(async (context) => {
      // Asked first, so that nobody sets up a client with a token that is not in force.
      const { principal, account } = await context.client().whoami()
      const url = `${context.connection().url.replace(/\/+$/, '')}${PATH}`
      const header = `Bearer ${TOKEN}`
      const entry = { type: 'http', url, headers: { Authorization: header } }
      const accountId = account?.account_id ?? null
      if (context.json) context.printJson({ url, principal, account_id: accountId, header, entry })
      else context.print(linesOf({ url, header, entry, accountId }, context))
      return undefined
    }),
  )
}

interface Shown {
  readonly url: string
  readonly header: string
  readonly entry: object
  readonly accountId: string | null
}

const linesOf = ({ url, header, entry, accountId }: Shown, { style }: Context): string[] => [
  ...renderPairs(style, [
    ['address', url],
    ['header', `Authorization: ${header}`],
    ['speaks for', accountId ?? 'the operator: each request names its account'],
  ]),
  '',
  style.paint('strong', 'A client with a command line'),
  `claude mcp add --transport http everycent ${url} --header "Authorization: ${header}"`,
  '',
  style.paint('strong', 'A client with a file of servers (mcp.json)'),
  ...JSON.stringify({ mcpServers: { everycent: entry } }, null, 2).split('\n'),
  '',
  style.paint(
    'muted',
    'Set EVERYCENT_TOKEN where the client runs. A key may do over it what it may do here.',
  ),
]
