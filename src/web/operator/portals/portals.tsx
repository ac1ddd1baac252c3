import { useQuery } from '@tanstack/react-query'
import { SCHEMES, unreadable } from '../../../contract/portal/theme.ts'
import { api } from '../../app/client.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Loaded,
  PageHead,
  Panel,
  Stack,
  StateWord,
  Table,
  Time,
} from '../../kit/index.ts'
import { StateLink } from '../state-link.tsx'
import type { Theme } from './draft.ts'
import { Editor, THEMES_KEY } from './editor.tsx'
import { portalWords } from './words.ts'

/** How portals look in other people's products, and whether that can be read. */
export default function Portals() {
  const words = useWords(portalWords)
  const [search, setSearch] = useUrlState()
  const themes = useQuery({
    queryKey: THEMES_KEY,
    queryFn: ({ signal }) => api.portalThemes.list({ signal }),
  })
  const isNew = search.new === 'theme'
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          <Button icon="plus" onClick={() => setSearch({ new: 'theme', theme: undefined })}>
            {words.make}
          </Button>
        }
      />
      <Loaded query={themes}>
        {({ items, as_of }) => {
          const chosen = items.find(({ theme_id }) => theme_id === search.theme)
          return (
            <Stack gap={4}>
              <Panel title={words.themes} asOf={{ as_of }}>
                {items.length === 0 ? (
                  <Empty title={words.none}>{words.noneText}</Empty>
                ) : (
                  <Themes items={items} />
                )}
              </Panel>
              {isNew && <Editor key="new" theme={null} />}
              {!isNew && chosen && <Editor key={chosen.theme_id} theme={chosen} />}
            </Stack>
          )
        }}
      </Loaded>
    </>
  )
}

function Themes({ items }: { readonly items: readonly Theme[] }) {
  const words = useWords(portalWords)
  const columns: readonly Column<Theme>[] = [
    {
      id: 'theme',
      label: words.theme,
      cell: ({ theme_id: theme }) => (
        <StateLink change={{ theme, new: undefined }}>
          <code>{theme}</code>
        </StateLink>
      ),
    },
    { id: 'name', label: words.name, cell: ({ name }) => name },
    {
      id: 'contrast',
      label: words.contrast,
      cell: (theme) => <Readable theme={theme} />,
    },
    {
      id: 'updated',
      label: words.updated,
      priority: 2,
      cell: ({ updated_at: at }) => <Time at={at} />,
    },
  ]
  return (
    <Table name={words.themes} rows={items} rowKey={({ theme_id }) => theme_id} columns={columns} />
  )
}

/** A rule that became stricter may find fault with a theme that was set before. */
function Readable({ theme }: { readonly theme: Theme }) {
  const words = useWords(portalWords)
  const failing = unreadable(theme)
  const hard = SCHEMES.filter((scheme) => failing.some((pair) => pair.scheme === scheme))
  return hard.length === 0 ? (
    <StateWord tone="ok">{words.passes}</StateWord>
  ) : (
    <StateWord tone="danger">
      {`${words.fails} (${hard.map((scheme) => words.schemes[scheme]).join(', ')})`}
    </StateWord>
  )
}
