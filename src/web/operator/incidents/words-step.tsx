import { useWords } from '../../app/words.ts'
import { Check, Grid, Muted, Panel, Stack, TextArea } from '../../kit/index.ts'
import type { Incident } from './form.ts'
import { DocumentStep } from './form-part.tsx'
import css from './incidents.module.css'
import { incidentWords } from './words.ts'

const LETTER_MAX = 500

/** Step 5: what affected accounts are told, in both languages, as they will read it. */
export function WordsStep({
  own,
  onSaved,
}: {
  readonly own: Incident
  readonly onSaved: (own: Incident) => void
}) {
  const words = useWords(incidentWords)
  return (
    <Panel title={words.stepNames.words}>
      <DocumentStep key={own.updated_at} own={own} onSaved={onSaved}>
        {(form, change) => (
          <>
            <Check
              label={words.told}
              hint={words.toldHint}
              checked={form.isTold}
              onChange={(isTold) => change({ isTold })}
            />
            {form.isTold ? (
              <Grid>
                <TextArea
                  label={words.noticeEn}
                  lang="en"
                  required
                  maxLength={LETTER_MAX}
                  value={form.noticeEn}
                  onChange={(event) => change({ noticeEn: event.target.value })}
                />
                <TextArea
                  label={words.noticeJa}
                  lang="ja"
                  required
                  maxLength={LETTER_MAX}
                  value={form.noticeJa}
                  onChange={(event) => change({ noticeJa: event.target.value })}
                />
                <Letter title={form.nameEn} text={form.noticeEn} lang="en" />
                <Letter title={form.nameJa} text={form.noticeJa} lang="ja" />
              </Grid>
            ) : (
              <Muted>{words.notTold}</Muted>
            )}
          </>
        )}
      </DocumentStep>
    </Panel>
  )
}

function Letter({
  title,
  text,
  lang,
}: {
  readonly title: string
  readonly text: string
  readonly lang: string
}) {
  const words = useWords(incidentWords)
  return (
    <Stack gap={1}>
      <Muted>{words.preview}</Muted>
      <div className={css.letter} lang={lang}>
        <strong>{title}</strong>
        {`\n${text}`}
      </div>
    </Stack>
  )
}
