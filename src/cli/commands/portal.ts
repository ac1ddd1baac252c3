import type { Body, Client } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { EXIT } from '../exit.ts'
import { readJson } from '../json-file.ts'
import { withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { dateTimeZone, renderTable, sanitize } from '../render/index.ts'
import { printLink } from './sign-in-link.ts'

export const registerPortals: Register = (program, bind) => {
  withServer(
    program
      .command('portal-link')
      .description('a short-lived link into one account, for your own product to show')
      .argument('<account>')
      .option('--member <id>', 'act as this member; else its reader sees use and changes nothing')
      .option('--seconds <count>', 'how long it may be opened (default: 300)', Number)
      .option('--theme <id>', 'how it looks')
      .option('--return-url <url>', 'where it leads back to')
      .option('--lang <lang>', 'the language it opens in: en, ja'),
  ).action(bind(portalLink))
  withServer(
    program
      .command('portal-themes')
      .description('how portals look; with a file, set a theme')
      .argument('[file]')
      .option('--remove <id>', 'remove a theme'),
  ).action(bind(portalThemes))
}

type NewLink = Body<'createPortalLink'>

const portalLink: Handler = async (context, options, [account = '']) => {
  const { member, seconds, theme, returnUrl, lang } = options
  const link = await context.client().signInLinks.createPortal(account, {
    ...(typeof member === 'string' && { member_id: member }),
    ...(typeof seconds === 'number' && { expires_in_s: seconds }),
    ...(typeof theme === 'string' && { theme }),
    ...(typeof returnUrl === 'string' && { return_url: returnUrl }),
    // What is no language is refused by the server, with those that are.
    ...(typeof lang === 'string' && { lang: lang as NonNullable<NewLink['lang']> }),
  })
  printLink(context, link)
  return EXIT.ok
}

const portalThemes: Handler = async (context, { remove }, [file]) => {
  const routes = context.client().portalThemes
  if (typeof remove === 'string') {
    const gone = await routes.remove(remove)
    if (context.json) context.printJson(gone)
    else context.print([`Theme ${gone.theme_id} is removed; open portals look as the app itself.`])
    return EXIT.ok
  }
  if (file) {
    const set = await routes.set(readJson(file, context.io.cwd) as Body<'setPortalTheme'>)
    if (context.json) context.printJson(set)
    else
      context.print([
        `Theme ${set.theme_id} is set.`,
        `Make a link with it: everycent portal-link ACCOUNT --theme ${set.theme_id}`,
      ])
    return EXIT.ok
  }
  const answer = await routes.list()
  if (context.json) context.printJson(answer)
  else context.print(themeLines(answer.items, context))
  return EXIT.ok
}

type Theme = Awaited<ReturnType<Client['portalThemes']['list']>>['items'][number]

function themeLines(items: readonly Theme[], context: Context): string[] {
  if (items.length === 0)
    return [
      'There is no theme, so portals look as the app itself.',
      'Set one: everycent portal-themes FILE',
    ]
  return renderTable(context.style, {
    columns: [
      { title: 'theme' },
      { title: 'name', min: 8 },
      { title: 'light accent' },
      { title: 'dark accent' },
      { title: 'font', drop: 2 },
      { title: 'set', drop: 1 },
    ],
    rows: items.map((theme) => [
      theme.theme_id,
      sanitize(theme.name),
      theme.light.accent,
      theme.dark.accent,
      theme.font,
      dateTimeZone(Date.parse(theme.updated_at), context.clock),
    ]),
  })
}
