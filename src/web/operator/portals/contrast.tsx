import { contrasts, type Measured, type Schemes } from '../../../contract/portal/theme.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { type Column, Disclosure, Muted, Panel, Stack, StateWord, Table } from '../../kit/index.ts'
import { portalWords } from './words.ts'

/** How well each pair of colours is read that the screens put on one another: what fails first. */
export function Contrast({ schemes }: { readonly schemes: Schemes }) {
  const words = useWords(portalWords)
  const lang = useLang()
  const pairs = contrasts(schemes)
  const failing = pairs.filter(({ passes }) => !passes)
  const all = count(pairs.length, lang)
  return (
    <Panel title={words.contrast}>
      <Stack>
        <Muted>{words.contrastLead}</Muted>
        <p role="status">
          <StateWord tone={failing.length === 0 ? 'ok' : 'danger'}>
            {failing.length === 0
              ? words.allRead(all)
              : words.unread(count(failing.length, lang), all)}
          </StateWord>
        </p>
        {failing.length > 0 && <Pairs name={words.fails} pairs={failing} />}
        <Disclosure title={words.all(all)}>
          <Pairs name={words.all(all)} pairs={pairs} />
        </Disclosure>
      </Stack>
    </Panel>
  )
}

function Pairs({ name, pairs }: { readonly name: string; readonly pairs: readonly Measured[] }) {
  const words = useWords(portalWords)
  const columns: readonly Column<Measured>[] = [
    {
      id: 'pair',
      label: words.pair,
      cell: ({ front, back }) => words.on(words.tokens[front], words.tokens[back]),
    },
    { id: 'scheme', label: words.scheme, cell: ({ scheme }) => words.schemes[scheme] },
    { id: 'ratio', label: words.ratio, numeric: true, cell: ({ ratio }) => words.toOne(ratio) },
    {
      id: 'least',
      label: words.least,
      numeric: true,
      priority: 2,
      cell: ({ least }) => words.toOne(`${least}`),
    },
    {
      id: 'result',
      label: words.result,
      cell: ({ passes, by }) => (
        <StateWord tone={passes ? 'ok' : 'danger'}>
          {passes ? words.passes : words.change(words.colours[by])}
        </StateWord>
      ),
    },
  ]
  return (
    <Table
      name={name}
      rows={pairs}
      rowKey={({ scheme, front, back }) => `${scheme} ${front} ${back}`}
      columns={columns}
    />
  )
}
