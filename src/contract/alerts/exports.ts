import { date, type Place, reset, say } from '../explain/place.ts'
import type { AlertWords, Facts, Told } from './words.ts'

const WHY: Readonly<Record<string, 'exportLost' | 'exportOverdue'>> = {
  node_lost: 'exportLost',
  not_in_time: 'exportOverdue',
}

/**
 * What a file is of, where it is fetched and until when; or why there is none. The path is no link with a
 * secret in it: whoever fetches the file shows credentials of the account.
 */
export function aboutExport(
  place: Place,
  { titles, lines }: AlertWords,
  accountId: string,
  facts: Facts<'export_ready' | 'export_failed'>,
): Told {
  const title = say(titles[facts.kind], { file: facts.file_name })
  const about = [
    say(lines.exportAsked, {
      export: facts.export_id,
      date: date(place, facts.asked_at),
      actor: facts.asked_by.id,
    }),
    say(lines.exportOf, { start: date(place, facts.start), end: date(place, facts.end) }),
  ]
  if (facts.kind === 'export_failed')
    return {
      title,
      lines: [
        ...about,
        say(lines[WHY[facts.reason] ?? 'exportFailed'], {
          attempts: facts.attempts,
          reason: facts.reason,
        }),
      ],
      next: 'exportFailed',
    }
  const path = `/v1/accounts/${accountId}/exports/${facts.export_id}/file`
  return {
    title,
    lines: [
      ...about,
      say(lines.exportSize, { rows: facts.rows, bytes: facts.bytes }),
      say(lines.exportFetch, { path }),
      say(lines.exportKept, { when: reset(place, facts.expires_at) }),
    ],
    next: 'exportReady',
  }
}
