import type { ReactNode } from 'react'
import { CodeBlock, Empty } from '../kit/index.ts'

/** A call to copy. The address is the one that this page came from: it works as it stands, but for the key. */
export function FirstCall({
  title,
  text,
  label,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly label: string
  readonly children: ReactNode
}) {
  const lines = [
    `curl -i ${location.origin}/anthropic/v1/messages \\`,
    `  -H 'x-api-key: YOUR_KEY' \\`,
    `  -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\`,
    `  -d '{"model":"YOUR_MODEL","max_tokens":64,`,
    `       "messages":[{"role":"user","content":"Hello"}]}'`,
  ]
  return (
    <Empty title={title}>
      <p>{text}</p>
      <CodeBlock text={lines.join('\n')} label={label} />
      <p>{children}</p>
    </Empty>
  )
}
