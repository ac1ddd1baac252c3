import { useWords } from '../../app/words.ts'
import {
  Button,
  Check,
  Grid,
  IconButton,
  Muted,
  Select,
  Stack,
  TextField,
} from '../../kit/index.ts'
import type { PartProps } from './builder.tsx'
import { builderWords } from './builder-words.ts'
import css from './campaigns.module.css'
import {
  fieldTime,
  partsOf,
  RULE_CODES,
  RULE_MEMBERS,
  type Rule,
  type RuleCode,
  type RuleMember,
  timeFrom,
  zoneOf,
} from './document.ts'

/** The rules that an account has to fulfil, all of them. */
export function RuleFields({ document, change }: PartProps) {
  const words = useWords(builderWords)
  const { eligible } = document
  const replace = (index: number, rule: Rule): void =>
    change({ eligible: eligible.map((own, at) => (at === index ? rule : own)) })
  return (
    <Stack>
      <Muted>{words.whoLead}</Muted>
      <ol className={css.rules}>
        {eligible.map((rule, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name until they are given one
          <li key={index}>
            <div className={css.rule}>
              <Grid min="220px">
                <Select
                  label={words.rule}
                  value={rule.rule}
                  options={RULE_CODES.map((value) => ({ value, label: words.rules[value] }))}
                  onChange={(code) => replace(index, { rule: code as RuleCode })}
                />
                {RULE_MEMBERS[rule.rule].map((member) => (
                  <MemberField
                    key={member}
                    member={member}
                    rule={rule}
                    onChange={(part) => replace(index, { ...rule, ...part })}
                  />
                ))}
              </Grid>
              <IconButton
                icon="cross"
                label={words.removeRule(words.rules[rule.rule])}
                onClick={() => change({ eligible: eligible.filter((_, at) => at !== index) })}
              />
            </div>
          </li>
        ))}
      </ol>
      <div>
        <Button
          icon="plus"
          onClick={() => change({ eligible: [...eligible, { rule: 'plan_in', plans: [] }] })}
        >
          {words.addRule}
        </Button>
      </div>
    </Stack>
  )
}

interface MemberProps {
  readonly member: RuleMember
  readonly rule: Rule
  readonly onChange: (part: Partial<Rule>) => void
}

function MemberField(props: MemberProps) {
  const words = useWords(builderWords)
  const { member, rule, onChange } = props
  switch (member) {
    case 'at':
      return <MomentField rule={rule} onChange={onChange} />
    case 'exclusive':
      return (
        <Check
          label={words.exclusive}
          checked={rule.exclusive ?? false}
          onChange={(exclusive) => onChange({ exclusive })}
        />
      )
    case 'days':
      return <DaysField rule={rule} onChange={onChange} />
    case 'incident':
    case 'when':
      return (
        <TextField
          label={words[member]}
          {...(member === 'when' && { hint: words.whenHint })}
          value={rule[member] ?? ''}
          onChange={(event) => onChange({ [member]: event.target.value })}
        />
      )
    default:
      return <NamesField member={member} rule={rule} onChange={onChange} />
  }
}

function DaysField({ rule, onChange }: Omit<MemberProps, 'member'>) {
  const words = useWords(builderWords)
  return (
    <TextField
      label={words.days}
      type="number"
      min={1}
      value={rule.days ?? ''}
      onChange={(event) => onChange({ days: event.target.valueAsNumber })}
    />
  )
}

function NamesField({
  member,
  rule,
  onChange,
}: Omit<MemberProps, 'member'> & { readonly member: 'plans' | 'regions' | 'campaigns' }) {
  const words = useWords(builderWords)
  return (
    <TextField
      label={words[member]}
      defaultValue={(rule[member] ?? []).join(', ')}
      onChange={(event) => onChange({ [member]: partsOf(event.target.value) })}
    />
  )
}

function MomentField({ rule, onChange }: Omit<MemberProps, 'member'>) {
  const words = useWords(builderWords)
  const zone = zoneOf(rule.at)
  const isOptional = rule.rule === 'paid_use_on'
  return (
    <TextField
      label={words.at}
      type="datetime-local"
      step="1"
      hint={zone ? words.zoneKept(zone) : isOptional ? words.atClaim : words.zoneKept('UTC')}
      value={fieldTime(rule.at)}
      onChange={({ target: { value } }) =>
        onChange({ at: value === '' && isOptional ? 'claim' : timeFrom(value, rule.at) })
      }
    />
  )
}
