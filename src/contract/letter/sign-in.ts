import type { Language } from '../explain/words.ts'

/** A letter to one person: its head, its paragraphs, and their language. */
export interface Letter {
  readonly lang: Language
  readonly title: string
  readonly lines: readonly string[]
}

const TEXTS: Readonly<Record<Language, (url: string) => Omit<Letter, 'lang'>>> = {
  en: (url) => ({
    title: 'Your sign-in link',
    lines: [
      'Open this link to sign in. It works once, for 15 minutes:',
      url,
      'If you have not asked for it, ignore this message: nobody can sign in without it.',
    ],
  }),
  ja: (url) => ({
    title: 'サインイン用リンク',
    lines: [
      '次のリンクを開くとサインインできます。15 分以内に一度だけ使えます。',
      url,
      'お心当たりがない場合は、このメールを無視してください。リンクなしでは誰もサインインできません。',
    ],
  }),
}

export const signInMessage = (lang: Language, url: string): Letter => ({
  lang,
  ...TEXTS[lang](url),
})
