import { wordsOf } from '../../app/words.ts'

export const accountsWords = wordsOf(
  {
    title: 'Accounts',
    lead: 'Find an account by its id or its name. Opening one is recorded in it.',
    find: 'Id or name',
    open: 'Open',
    byId: 'The whole id opens an account of any name.',
    name: 'Name',
    id: 'Id',
    since: 'Opened',
    none: 'No account is called that',
    more: 'Show more',
  },
  {
    title: 'アカウント',
    lead: 'ID または名前でアカウントを探します。開いたことはそのアカウントに記録されます。',
    find: 'ID または名前',
    open: '開く',
    byId: 'ID をすべて入力すると、そのアカウントを開けます。',
    name: '名前',
    id: 'ID',
    since: '開設',
    none: '該当するアカウントはありません',
    more: 'さらに表示',
  },
)
