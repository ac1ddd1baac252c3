import { wordsOf } from '../app/words.ts'

/** What happens at the doors, in the words of whoever it happened to and of the operator alike. */
export const signInEventWords = wordsOf(
  {
    kinds: {
      signed_in: 'signed in',
      sign_in_failed: 'tried to sign in',
      stepped_up: 'confirmed who it is',
      step_up_failed: 'tried to confirm who it is',
      link_made: 'link made for handing over',
      link_sent: 'link sent by e-mail',
      password_set: 'password set',
      passkey_added: 'passkey added',
      passkey_removed: 'passkey removed',
      identity_added: 'provider connected',
      identity_removed: 'provider disconnected',
      session_ended: 'session ended',
    },
    ways: {
      email_link: 'link by e-mail',
      issued_link: 'link of the operator',
      invitation_link: 'invitation',
      portal_link: 'link of a portal',
      password: 'password',
      passkey: 'passkey',
      oidc: 'single sign-on',
      account: 'from another account',
    },
  },
  {
    kinds: {
      signed_in: 'サインイン',
      sign_in_failed: 'サインイン失敗',
      stepped_up: '本人確認',
      step_up_failed: '本人確認の失敗',
      link_made: 'リンクの作成',
      link_sent: 'リンクのメール送信',
      password_set: 'パスワードの設定',
      passkey_added: 'パスキーの追加',
      passkey_removed: 'パスキーの削除',
      identity_added: 'シングルサインオンの接続',
      identity_removed: 'シングルサインオンの解除',
      session_ended: 'セッションの終了',
    },
    ways: {
      email_link: 'メールのリンク',
      issued_link: '運営者のリンク',
      invitation_link: '招待',
      portal_link: 'ポータルのリンク',
      password: 'パスワード',
      passkey: 'パスキー',
      oidc: 'シングルサインオン',
      account: '別のアカウントから',
    },
  },
)
