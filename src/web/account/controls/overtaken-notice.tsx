import { useWords } from '../../app/words.ts'
import { Facts, Notice, Stack, Time } from '../../kit/index.ts'
import type { Overtaken } from './overtaken.ts'
import { controlWords } from './words.ts'

/** Both versions beside one another, with whose the other is. */
export function OvertakenNotice({
  overtaken,
  theirs,
  yours,
}: {
  readonly overtaken: Overtaken<unknown>
  readonly theirs: string
  readonly yours: string
}) {
  const words = useWords(controlWords)
  const { by } = overtaken
  return (
    <Notice tone="warn" title={words.overtaken} alert>
      <Stack gap={2}>
        <Facts
          rows={[
            ...(by === null
              ? []
              : ([
                  [
                    words.overtakenBy,
                    <span key="by">
                      {by.who} · <Time at={by.at} />
                    </span>,
                  ],
                ] as const)),
            [words.theirs, theirs],
            [words.yours, yours],
          ]}
        />
        <p>{words.overtakenNext}</p>
      </Stack>
    </Notice>
  )
}
