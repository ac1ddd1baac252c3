import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Popover } from 'radix-ui'
import { Button, Choices, Icon } from '../kit/index.ts'
import { shellWords } from '../words/shell.ts'
import { api } from './client.ts'
import css from './person-menu.module.css'
import { useEndPortal } from './portal-end.tsx'
import { setPreferences, usePreferences } from './preferences.ts'
import { useSession } from './session.ts'
import { useWords } from './words.ts'

/** Who is signed in, how things are shown, and the way out. */
export function PersonMenu({ onKeys }: { readonly onKeys: () => void }) {
  const words = useWords(shellWords)
  const session = useSession()
  const isPortal = session?.kind === 'portal'
  const signOut = useSignOut(isPortal)
  // A portal of no member is called by its role, which says nothing to its reader.
  const name = session?.person.name === session?.role ? undefined : session?.person.name
  return (
    <Popover.Root>
      <Popover.Trigger className={css.trigger}>
        <Icon name="person" />
        <span className={css.name}>{name ?? words.menu}</span>
        <Icon name="down" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={css.content} align="end" sideOffset={6}>
          {name !== undefined && (
            <p className={css.who}>
              <strong>{name}</strong>
              <span>{session?.person.email}</span>
            </p>
          )}
          <Display />
          <div className={css.links}>
            {!isPortal && (
              <Popover.Close asChild>
                <Link to="/security">
                  <Icon name="key" /> {words.security}
                </Link>
              </Popover.Close>
            )}
            <Popover.Close asChild>
              <button type="button" onClick={onKeys}>
                <Icon name="explain" /> {words.shortcuts}
              </button>
            </Popover.Close>
          </div>
          <Button onClick={() => void signOut()}>
            {isPortal ? words.closePortal : words.signOut}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function useSignOut(isPortal: boolean): () => Promise<void> {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const endPortal = useEndPortal()
  return async () => {
    await api.session.end()
    if (isPortal) return endPortal('closed')
    queries.clear()
    await navigate({ href: '/sign-in' })
  }
}

/** Language, colours and time zone of this browser. */
export function Display() {
  const words = useWords(shellWords)
  const { lang, theme, zone } = usePreferences()
  return (
    <div className={css.display}>
      <span>{words.language}</span>
      <Choices
        label={words.language}
        value={lang}
        options={[
          { value: 'en', label: 'English' },
          { value: 'ja', label: '日本語' },
        ]}
        onChange={(value) => setPreferences({ lang: value })}
      />
      <span>{words.theme}</span>
      <Choices
        label={words.theme}
        value={theme}
        options={(['system', 'light', 'dark'] as const).map((value) => ({
          value,
          label: words.themes[value],
        }))}
        onChange={(value) => setPreferences({ theme: value })}
      />
      <span>{words.zone}</span>
      <Choices
        label={words.zone}
        value={zone}
        options={(['local', 'utc'] as const).map((value) => ({ value, label: words.zones[value] }))}
        onChange={(value) => setPreferences({ zone: value })}
      />
    </div>
  )
}
