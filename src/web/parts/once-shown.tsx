import { Button, CodeBlock, Dialog, Notice, Stack } from '../kit/index.ts'

/** A secret that is shown once. Closed by a decision, so that no stray click loses it. */
export function OnceShown({
  secret,
  title,
  warning,
  done,
  onClose,
}: {
  readonly secret: string | undefined
  readonly title: string
  readonly warning: string
  readonly done: string
  readonly onClose: () => void
}) {
  return (
    <Dialog
      title={title}
      open={secret !== undefined}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {done}
        </Button>
      }
    >
      <Stack>
        <Notice tone="warn" title={warning} />
        {secret && <CodeBlock text={secret} label={title} />}
      </Stack>
    </Dialog>
  )
}
