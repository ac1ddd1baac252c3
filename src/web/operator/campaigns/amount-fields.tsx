import { useWords } from '../../app/words.ts'
import {
  Button,
  Grid,
  IconButton,
  MoneyField,
  Muted,
  Row,
  Select,
  Stack,
  TextField,
} from '../../kit/index.ts'
import type { PartProps } from './builder.tsx'
import { builderWords } from './builder-words.ts'
import { type CampaignDocument, fieldTime, partsOf, timeFrom, zoneOf } from './document.ts'
import { campaignWords } from './words.ts'

type Table = Readonly<Record<string, unknown>>

/** How much an account of each plan gets. */
export function AmountFields({ document, change }: PartProps) {
  const words = useWords(builderWords)
  const { amounts, currency } = document
  const rows = Object.entries(amounts.table as Table)
  if (amounts.by !== 'plan' || rows.some(([, amount]) => typeof amount !== 'string'))
    return <Muted>{words.tableKept}</Muted>
  const write = (next: readonly (readonly [string, unknown])[]): void =>
    change({
      amounts: { ...amounts, table: Object.fromEntries(next) } as CampaignDocument['amounts'],
    })
  const replace = (index: number, row: readonly [string, unknown]): void =>
    write(rows.map((own, at) => (at === index ? row : own)))
  return (
    <Stack>
      {rows.map(([plan, amount], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the plan is what is being typed
        <Row key={index}>
          <TextField
            label={words.amountPlan}
            value={plan}
            onChange={(event) => replace(index, [event.target.value, amount])}
          />
          <MoneyField
            label={words.amountOf}
            currency={currency}
            value={String(amount)}
            onChange={(event) => replace(index, [plan, event.target.value])}
          />
          <IconButton
            icon="cross"
            label={words.removeAmount(plan)}
            onClick={() => write(rows.filter((_, at) => at !== index))}
          />
        </Row>
      ))}
      <div>
        <Button icon="plus" onClick={() => write([...rows, ['', '']])}>
          {words.addAmount}
        </Button>
      </div>
    </Stack>
  )
}

type Expiry = 'days' | 'at' | 'cycle'

const expiryOf = ({ expires }: CampaignDocument): Expiry =>
  'days_after_claim' in expires ? 'days' : 'at' in expires ? 'at' : 'cycle'

const EXPIRIES: Readonly<Record<Expiry, CampaignDocument['expires']>> = {
  days: { days_after_claim: 90 },
  at: { at: '' },
  cycle: { cycle_end: true },
}

/** When what was not used ends. */
export function ExpiryFields({ document, change }: PartProps) {
  const words = useWords(builderWords)
  const { expires } = document
  const zone = 'at' in expires ? zoneOf(expires.at) : undefined
  return (
    <Grid>
      <Select
        label={words.expires}
        value={expiryOf(document)}
        options={(['days', 'at', 'cycle'] as const).map((value) => ({
          value,
          label: words.expiresKinds[value],
        }))}
        onChange={(kind) => change({ expires: EXPIRIES[kind as Expiry] })}
      />
      {'days_after_claim' in expires && (
        <TextField
          label={words.expiresDays}
          type="number"
          min={1}
          value={Number.isNaN(expires.days_after_claim) ? '' : expires.days_after_claim}
          onChange={(event) =>
            change({ expires: { days_after_claim: event.target.valueAsNumber } })
          }
        />
      )}
      {'at' in expires && (
        <TextField
          label={words.expiresAt}
          type="datetime-local"
          step="1"
          hint={words.zoneKept(zone ?? 'UTC')}
          value={fieldTime(expires.at)}
          onChange={(event) =>
            change({ expires: { at: timeFrom(event.target.value, expires.at) } })
          }
        />
      )}
    </Grid>
  )
}

const SCOPES = ['models', 'clients', 'features'] as const

/** What it pays for, and before or after what. */
export function UseFields({ document, change }: PartProps) {
  const words = useWords(builderWords)
  return (
    <Grid>
      {SCOPES.map((name) => (
        <TextField
          key={name}
          label={words[name]}
          hint={words.scopeHint}
          defaultValue={(document.scope?.[name] ?? []).join(', ')}
          onChange={(event) =>
            change({ scope: { ...document.scope, [name]: partsOf(event.target.value) } })
          }
        />
      ))}
      <Select
        label={words.position}
        value={document.position ?? 'after_windows'}
        options={(['before_windows', 'after_windows'] as const).map((value) => ({
          value,
          label: words.positions[value],
        }))}
        onChange={(position) =>
          change({ position: position as NonNullable<CampaignDocument['position']> })
        }
      />
    </Grid>
  )
}

const wholeNumber = (text: string): number | undefined =>
  /^\d+$/.test(text) ? Number(text) : undefined

/** What it may cost at most. */
export function LimitFields({ document, change }: PartProps) {
  const words = useWords(builderWords)
  const { limits = {}, currency } = document
  return (
    <Stack>
      <Muted>{words.limitsLead}</Muted>
      <Grid>
        <MoneyField
          label={words.budget}
          currency={currency}
          value={limits.budget ?? ''}
          onChange={(event) => change({ limits: { ...limits, budget: event.target.value } })}
        />
        <TextField
          label={words.claims}
          inputMode="numeric"
          value={limits.claims ?? ''}
          onChange={({ target: { value } }) => {
            const { claims: _before, ...rest } = limits
            const claims = wholeNumber(value)
            change({ limits: claims === undefined ? rest : { ...rest, claims } })
          }}
        />
      </Grid>
    </Stack>
  )
}

const SIGNALS = ['card', 'device', 'network', 'email'] as const

/** When a person looks before anything is given. */
export function ReviewFields({ document, change }: PartProps) {
  const words = useWords(builderWords)
  const { signals } = useWords(campaignWords)
  const { review = {} } = document
  const { accounts_max: most = {} } = review
  return (
    <Grid min="220px">
      {SIGNALS.map((signal) => (
        <TextField
          key={signal}
          label={words.shared(signals[signal])}
          hint={words.sharedHint}
          inputMode="numeric"
          value={most[signal] ?? ''}
          onChange={({ target: { value } }) => {
            const { [signal]: _before, ...rest } = most
            const shared = wholeNumber(value)
            change({
              review: {
                ...review,
                accounts_max: shared === undefined ? rest : { ...rest, [signal]: shared },
              },
            })
          }}
        />
      ))}
      <TextField
        label={words.drain}
        hint={words.drainHint}
        inputMode="numeric"
        value={review.drain_minutes ?? ''}
        onChange={({ target: { value } }) => {
          const { drain_minutes: _before, ...rest } = review
          const minutes = wholeNumber(value)
          change({ review: minutes === undefined ? rest : { ...rest, drain_minutes: minutes } })
        }}
      />
    </Grid>
  )
}
