import { wordsOf } from '../app/words.ts'

/** Inviting somebody who has not come in yet: a member, or a person of the operator. */
export const invitationWords = wordsOf(
  {
    invite: 'Invite',
    inviteAgain: 'Invite again',
    takeBack: 'Take the invitation back',
    invited: 'invited until',
    inviteTitle: (name: string) => `Invite ${name}`,
    inviteSays:
      'A link signs this person in once, within 7 days. It is for somebody who has not come in yet.',
    inviteBy: 'How it gets there',
    inviteWays: { email: 'by e-mail', copy: 'I copy the link and hand it over' },
    inviteLink: 'The link of the invitation',
    inviteLinkSays: 'It is shown once. Give it to nobody but its person.',
  },
  {
    invite: '招待する',
    inviteAgain: 'もう一度招待',
    takeBack: '招待を取り消す',
    invited: '招待中、期限：',
    inviteTitle: (name: string) => `${name} さんを招待`,
    inviteSays:
      'リンクは 7 日以内に一度だけ使えます。まだサインインしたことのない人のためのものです。',
    inviteBy: '届け方',
    inviteWays: { email: 'メールで送る', copy: 'リンクをコピーして自分で渡す' },
    inviteLink: '招待のリンク',
    inviteLinkSays: '一度だけ表示されます。本人以外には渡さないでください。',
  },
)
