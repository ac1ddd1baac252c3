import type { Context } from './context.ts'

/** What scripts say, and what a person may say instead of being asked. */
export const YES = ['--yes', 'do it now, without asking'] as const

/**
 * Whether to go on, after what will happen has been shown. Said with `--yes`, or asked of a person at a
 * terminal; nobody who is not there is taken to agree.
 */
export async function isConfirmed(
  { io, style, json }: Context,
  options: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  if (options.yes === true) return true
  if (json || io.stdin.isTTY !== true || !style.interactive) return false
  io.stdout.write('Do it now? Type "yes": ')
  const answer = await firstLine(io.stdin)
  return answer.trim().toLowerCase() === 'yes'
}

async function firstLine(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}
