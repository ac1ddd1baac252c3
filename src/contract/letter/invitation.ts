import type { Language } from '../explain/words.ts'
import type { Role, StaffRole } from '../permissions.ts'
import type { Letter } from './sign-in.ts'

interface Invited {
  readonly account: string
  readonly role: Role
  readonly url: string
}

const ROLES: Readonly<Record<Language, Readonly<Record<Role, string>>>> = {
  en: {
    owner: 'owner',
    billing: 'billing',
    admin: 'admin',
    developer: 'developer',
    usage_viewer: 'usage viewer',
  },
  ja: {
    owner: 'オーナー',
    billing: '請求担当',
    admin: '管理者',
    developer: '開発者',
    usage_viewer: '利用状況の閲覧者',
  },
}

export function invitationMessage(lang: Language, { account, role, url }: Invited): Letter {
  const as = ROLES[lang][role]
  if (lang === 'ja')
    return {
      lang,
      title: `${account} への招待`,
      lines: [
        `「${account}」のメンバー（${as}）として招待されました。次のリンクは 7 日以内に一度だけ使えます。`,
        url,
        'お心当たりがない場合は、このメールを無視してください。',
      ],
    }
  return {
    lang,
    title: `You are invited to ${account}`,
    lines: [
      `You are a member of “${account}” now (${as}). This link signs you in once, within 7 days:`,
      url,
      'If you do not know why you got this, ignore it.',
    ],
  }
}

const STAFF: Readonly<Record<Language, Readonly<Record<StaffRole, string>>>> = {
  en: { operator: 'operator', support_lead: 'support lead', support: 'support' },
  ja: { operator: '運営者', support_lead: 'サポート責任者', support: 'サポート担当' },
}

/** To a person who works for the operator from now on. */
export function staffInvitationMessage(
  lang: Language,
  { role, url }: { readonly role: StaffRole; readonly url: string },
): Letter {
  const as = STAFF[lang][role]
  if (lang === 'ja')
    return {
      lang,
      title: 'Everycent への招待',
      lines: [
        `このサーバーの担当者（${as}）として招待されました。次のリンクは 7 日以内に一度だけ使えます。サインイン後、パスキーを追加してください。`,
        url,
        'お心当たりがない場合は、このメールを無視してください。',
      ],
    }
  return {
    lang,
    title: 'You are invited to Everycent',
    lines: [
      `You work with this Everycent server now (${as}). This link signs you in once, within 7 days; then add a passkey:`,
      url,
      'If you do not know why you got this, ignore it.',
    ],
  }
}
