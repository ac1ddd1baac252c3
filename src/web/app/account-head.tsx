import { useAccountState } from './account.ts'
import css from './account-head.module.css'

/** Whose account is looked at, and on which plan. */
export function AccountHead({ account }: { readonly account: string }) {
  const { data } = useAccountState(account)
  return (
    <div className={css.head}>
      <span className={css.name}>{data?.name ?? account}</span>
      {data && <span className={css.plan}>{data.plan}</span>}
    </div>
  )
}
