import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { SCHEMES, unreadable } from '../../../contract/portal/theme.ts'
import { api } from '../../app/client.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Grid, Notice, Panel, ProblemNotice, Row, Stack } from '../../kit/index.ts'
import { Contrast } from './contrast.tsx'
import { draftOf, hasColours, isRadius, NEW_DRAFT, type Theme, themeIn } from './draft.ts'
import { ThemeFields } from './fields.tsx'
import { Sample } from './sample.tsx'
import { portalWords } from './words.ts'

export const THEMES_KEY = ['portal-themes'] as const

/** One theme: its fields, how it looks, and how well it is read while it is typed. `null`: a new one. */
export function Editor({ theme }: { readonly theme: Theme | null }) {
  const words = useWords(portalWords)
  const [draft, setDraft] = useState(theme ? draftOf(theme) : NEW_DRAFT)
  const save = useSave()
  const wanted = themeIn(draft)
  const isReadable = hasColours(draft) && unreadable(draft).length === 0
  const radiusPx = isRadius(draft.radius) ? Number.parseInt(draft.radius, 10) : 0
  return (
    <>
      <Panel title={theme?.theme_id ?? words.make}>
        <Stack gap={4}>
          <ThemeFields draft={draft} isNew={theme === null} onChange={setDraft} />
          {save.error && <ProblemNotice error={save.error} />}
          {save.isSuccess && <Notice tone="ok" title={words.saved} />}
          <Row between>
            <Button
              kind="primary"
              busy={save.isPending}
              disabled={wanted === null || !isReadable}
              onClick={() => wanted && save.mutate(wanted)}
            >
              {words.save}
            </Button>
            {theme && <Remove id={theme.theme_id} />}
          </Row>
        </Stack>
      </Panel>
      {hasColours(draft) && (
        <>
          <Grid min="260px">
            {SCHEMES.map((scheme) => (
              <Sample
                key={scheme}
                scheme={scheme}
                colours={draft[scheme]}
                name={draft.name}
                mark={draft.mark}
                radiusPx={radiusPx}
              />
            ))}
          </Grid>
          <Contrast schemes={draft} />
        </>
      )}
    </>
  )
}

function useSave() {
  const queries = useQueryClient()
  const [, setSearch] = useUrlState()
  return useMutation({
    mutationFn: (wanted: NonNullable<ReturnType<typeof themeIn>>) => api.portalThemes.set(wanted),
    onSuccess: async ({ theme_id }) => {
      await queries.invalidateQueries({ queryKey: THEMES_KEY })
      setSearch({ theme: theme_id, new: undefined }, { replace: true })
    },
  })
}

function Remove({ id }: { readonly id: string }) {
  const words = useWords(portalWords)
  const queries = useQueryClient()
  const [, setSearch] = useUrlState()
  const [isOpen, setOpen] = useState(false)
  const remove = useMutation({
    mutationFn: () => api.portalThemes.remove(id),
    onSuccess: async () => {
      setOpen(false)
      setSearch({ theme: undefined })
      await queries.invalidateQueries({ queryKey: THEMES_KEY })
    },
  })
  return (
    <>
      <Button kind="danger" onClick={() => setOpen(true)}>
        {words.remove}
      </Button>
      <Confirm
        title={words.removeTitle(id)}
        open={isOpen}
        onClose={() => setOpen(false)}
        confirm={words.remove}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        <p>{words.removeText}</p>
      </Confirm>
    </>
  )
}
