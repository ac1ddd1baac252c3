import { Link, Outlet, useMatches, useParams } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { Icon } from '../kit/index.ts'
import { shellWords } from '../words/shell.ts'
import { AccountHead } from './account-head.tsx'
import { Bell } from './bell.tsx'
import { BackLink, Brand } from './brand.tsx'
import { NotYours } from './fallbacks.tsx'
import css from './frame.module.css'
import { hrefOf } from './href.ts'
import { LiveProvider } from './live.tsx'
import { LiveMark } from './live-mark.tsx'
import { Palette } from './palette.tsx'
import { PersonMenu } from './person-menu.tsx'
import { PortalEnd } from './portal-end.tsx'
import type { Area, Screen } from './screens.ts'
import { useMay } from './session.ts'
import { ShortcutsHelp, useShortcuts } from './shortcuts.tsx'
import { useWords } from './words.ts'

/** Items of the bottom bar on small screens; the last of five opens the rest. */
const BOTTOM_ITEMS = 4

/** The house around the screens of an area: the rail, the head, and on small screens the bottom bar. */
export function AreaFrame({ area }: { readonly area: Area }) {
  const { account } = useParams({ strict: false }) as { readonly account?: string }
  const may = useMay()
  const isYours = may(useMatches({ select: (all) => all.at(-1)?.staticData.permission }))
  const screens = area.screens.filter(({ nav, permission }) => nav && may(permission))
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  useShortcuts(screens, { account, open: setOpen })
  const inside = (
    <div className={css.frame}>
      <PortalEnd />
      <Rail screens={screens} area={area} account={account} onPalette={() => setOpen('palette')} />
      <div className={css.main}>
        <header className={css.top}>
          <BackLink />
          {account !== undefined && <AccountHead account={account} />}
          <div className={css.topEnd}>
            {account !== undefined && <LiveMark />}
            {account !== undefined && <Bell account={account} />}
            <PersonMenu onKeys={() => setOpen('keys')} />
          </div>
        </header>
        <main id="content" className={css.content}>
          {isYours ? <Outlet /> : <NotYours />}
        </main>
      </div>
      <BottomBar
        screens={screens}
        area={area}
        account={account}
        onMore={() => setOpen('palette')}
      />
      <Palette
        area={area}
        screens={screens}
        account={account}
        open={open === 'palette'}
        onClose={() => setOpen(null)}
      />
      <ShortcutsHelp screens={screens} open={open === 'keys'} onClose={() => setOpen(null)} />
    </div>
  )
  return account === undefined ? inside : <LiveProvider account={account}>{inside}</LiveProvider>
}

interface NavProps {
  readonly screens: readonly Screen[]
  readonly area: Area
  readonly account: string | undefined
}

function Rail({
  screens,
  area,
  account,
  onPalette,
}: NavProps & { readonly onPalette: () => void }) {
  const words = useWords(shellWords)
  return (
    <nav className={css.rail} aria-label={words.navigation}>
      <Link to="/home" className={css.brand}>
        <Brand />
      </Link>
      <button type="button" className={css.palette} onClick={onPalette}>
        <Icon name="search" /> {words.palette} <kbd>Ctrl K</kbd>
      </button>
      <ul className={css.links}>
        {screens.map((screen) => (
          <li key={screen.id}>
            <NavLink screen={screen} area={area} account={account} />
          </li>
        ))}
      </ul>
    </nav>
  )
}

function BottomBar({ screens, area, account, onMore }: NavProps & { readonly onMore: () => void }) {
  const words = useWords(shellWords)
  return (
    <nav className={css.bottom} aria-label={words.navigation}>
      <ul>
        {screens.slice(0, BOTTOM_ITEMS).map((screen) => (
          <li key={screen.id}>
            <NavLink screen={screen} area={area} account={account} />
          </li>
        ))}
        <li>
          <button type="button" onClick={onMore}>
            <Icon name="menu" />
            <span>{words.more}</span>
          </button>
        </li>
      </ul>
    </nav>
  )
}

function NavLink({
  screen,
  area,
  account,
}: {
  readonly screen: Screen
  readonly area: Area
  readonly account: string | undefined
}): ReactNode {
  const title = useWords(screen.title)
  return (
    <Link
      to={hrefOf(area, screen, account)}
      activeOptions={{ exact: screen.path === '', includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
      className={css.link}
    >
      {screen.nav && <Icon name={screen.nav.icon} />}
      <span>{title}</span>
    </Link>
  )
}
