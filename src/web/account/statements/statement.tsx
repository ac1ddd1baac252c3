import { useParams } from '@tanstack/react-router'
import type { Answer } from '../../../client/index.ts'
import { statementSheets } from '../../../contract/statements/index.ts'
import { useAccountId } from '../../app/account.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  ButtonLink,
  CodeBlock,
  Loaded,
  Muted,
  Notice,
  PageHead,
  Panel,
  Stack,
  Time,
} from '../../kit/index.ts'
import { Downloads } from '../../parts/download.tsx'
import { SheetTable } from '../../parts/sheet-table.tsx'
import { Balances } from './balance.tsx'
import { useStatement } from './data.ts'
import { statementFiles } from './statement-files.ts'
import { UseBySource } from './use-by-source.tsx'
import { statementWords } from './words.ts'

type Statement = Answer<'getStatement'>

/** Shown in panels of their own, in another form than on paper. */
const OWN_PANELS = ['balances', 'movements', 'usage', 'check']

/** One cycle, from its opening balance to its closing one. */
export default function StatementScreen() {
  const account = useAccountId()
  const { statement = 'open' } = useParams({ strict: false }) as { readonly statement?: string }
  const query = useStatement(account, statement)
  return <Loaded query={query}>{(own) => <Whole account={account} own={own} />}</Loaded>
}

function Whole({ account, own }: { readonly account: string; readonly own: Statement }) {
  const words = useWords(statementWords)
  const lang = useLang()
  const sheets = statementSheets(own, lang).filter(({ id }) => !OWN_PANELS.includes(id))
  const payments = new Set(own.purchases.map(({ payment_id: id }) => id))
  return (
    <>
      <PageHead
        title={words.statement(own.label)}
        lead={
          <>
            <Time at={own.start} form="date" /> – <Time at={own.end} form="date" /> · {own.plan}
          </>
        }
        actions={
          <ButtonLink to={`/a/${account}/statements`} icon="left" kind="quiet">
            {words.back}
          </ButtonLink>
        }
      />
      <Stack gap={4}>
        {own.status === 'open' && <Notice tone="info" title={words.preview} />}
        <Files account={account} own={own} />
        <Balances own={own} />
        <UseBySource own={own} />
        {sheets.map((sheet) => (
          <Panel key={sheet.id} title={sheet.title} asOf={own}>
            <SheetTable
              sheet={sheet}
              account={account}
              currency={own.currency}
              linkOf={(text) => (payments.has(text) ? purchaseOf(account, text) : undefined)}
            />
          </Panel>
        ))}
        <Check account={account} own={own} />
      </Stack>
    </>
  )
}

const purchaseOf = (account: string, id: string) => ({
  to: `/a/${account}/payment`,
  search: { purchase: id },
})

const named = ({ label, number, status }: Statement) => ({
  label,
  number: status === 'open' ? 'open' : `${number}`,
})

function Files({ account, own }: { readonly account: string; readonly own: Statement }) {
  const words = useWords(statementWords)
  const lang = useLang()
  const { pdf, csv, json } = statementFiles(account, named(own), lang)
  const files = [
    { ...pdf, label: words.pdf },
    { ...csv, label: words.csv },
    { ...json, label: words.json },
  ]
  return <Downloads files={files} label={words.download(own.label)} />
}

function Check({ account, own }: { readonly account: string; readonly own: Statement }) {
  const words = useWords(statementWords)
  const lang = useLang()
  const { proof } = statementFiles(account, named(own), lang)
  const notes = statementSheets(own, lang).find(({ id }) => id === 'check')?.notes ?? []
  return (
    <Panel title={words.check}>
      <Stack gap={3}>
        <p>{words.checkLead}</p>
        <CodeBlock
          text={`npx everycent verify-statement ${proof.name}`}
          label={words.checkCommand}
        />
        <Downloads files={[{ ...proof, label: words.proof }]} label={words.download(words.proof)} />
        {notes.map((note) => (
          <Muted key={note}>{note}</Muted>
        ))}
      </Stack>
    </Panel>
  )
}
