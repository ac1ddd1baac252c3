import { row } from './problem-row.ts'

/** What goes wrong with the tools of the MCP server only. */
export const MCP_PROBLEMS = {
  confirmation_unknown: row(
    404,
    'Confirmation not found',
    'The confirmation is not one of this server for this tool, account, caller and these arguments, or it has expired.',
  ),
  confirmation_outdated: row(
    409,
    'Confirmation outdated',
    'What the sentence said is no longer so. Nothing was done; a new sentence is needed.',
  ),
}
