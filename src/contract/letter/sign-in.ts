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

/** A way to sign in that was added. */
export type WayAdded = 'passkey' | 'password' | 'identity'

const NEW_WAY: Readonly<Record<Language, Record<WayAdded, Omit<Letter, 'lang'>>>> = {
  en: {
    passkey: {
      title: 'A passkey was added',
      lines: [
        'A new passkey can sign in as you.',
        'If that was not you: sign in, remove it under “Sign-in and security”, and end all other sessions.',
      ],
    },
    identity: {
      title: 'A provider was connected',
      lines: [
        'A person of your single sign-on can now sign in as you.',
        'If that was not you: sign in, end the connection under “Sign-in and security”, and end all other sessions.',
      ],
    },
    password: {
      title: 'Your password was set',
      lines: [
        'A new password was set for you, and all your other sessions have ended.',
        'If that was not you: ask for a sign-in link, and set another password.',
      ],
    },
  },
  ja: {
    passkey: {
      title: 'パスキーが追加されました',
      lines: [
        '新しいパスキーであなたとしてサインインできるようになりました。',
        'お心当たりがない場合は、サインインして「サインインとセキュリティ」でパスキーを削除し、ほかのセッションをすべて終了してください。',
      ],
    },
    identity: {
      title: 'シングルサインオンが接続されました',
      lines: [
        'シングルサインオンの利用者が、あなたとしてサインインできるようになりました。',
        'お心当たりがない場合は、サインインして「サインインとセキュリティ」で接続を解除し、ほかのセッションをすべて終了してください。',
      ],
    },
    password: {
      title: 'パスワードが設定されました',
      lines: [
        '新しいパスワードが設定され、ほかのセッションはすべて終了しました。',
        'お心当たりがない場合は、サインイン用リンクを依頼し、別のパスワードを設定してください。',
      ],
    },
  },
}

export const newWayMessage = (lang: Language, added: WayAdded): Letter => ({
  lang,
  ...NEW_WAY[lang][added],
})
