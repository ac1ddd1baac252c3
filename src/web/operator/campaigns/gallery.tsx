import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { ButtonLink, Grid, Panel } from '../../kit/index.ts'
import { addressOf, NEW } from './campaigns.tsx'
import { TEMPLATES } from './templates.ts'
import { campaignWords } from './words.ts'

/** Campaigns that others have run, to begin with. */
export function Gallery() {
  const words = useWords(campaignWords)
  const lang = useLang()
  return (
    <Grid>
      {TEMPLATES.map(({ id, name, purpose }) => (
        <Panel key={id} title={name}>
          <p>{purpose?.[lang]}</p>
          <div>
            <ButtonLink
              to={addressOf(NEW)}
              search={{ template: id } as never}
              aria-label={`${words.useTemplate}: ${name}`}
            >
              {words.useTemplate}
            </ButtonLink>
          </div>
        </Panel>
      ))}
    </Grid>
  )
}
