import { Link } from '@tanstack/react-router'
import { usePlan } from '../parts/plan-words.tsx'
import { Unmask } from '../parts/unmask.tsx'
import { shellWords } from '../words/shell.ts'
import { useAccountState } from './account.ts'
import css from './account-head.module.css'
import { useSession } from './session.ts'
import { useWords } from './words.ts'

/** Whose account is looked at, and on which plan. People of the operator are told that it is seen. */
export function AccountHead({ account }: { readonly account: string }) {
  const { data } = useAccountState(account)
  const session = useSession()
  const isStaff = session?.kind === 'staff'
  return (
    <div className={css.head}>
      <span className={css.name}>{data?.name ?? account}</span>
      {data && <PlanName plan={data.plan} />}
      {isStaff && <Seen account={account} name={data?.name ?? account} />}
      {isStaff && session.role !== 'operator' && <Unmask account={account} />}
    </div>
  )
}

function PlanName({ plan }: { readonly plan: string }) {
  const { data } = usePlan(plan)
  return (
    <span className={css.plan} title={plan}>
      {data?.document.name ?? plan}
    </span>
  )
}

function Seen({ account, name }: { readonly account: string; readonly name: string }) {
  const words = useWords(shellWords)
  return (
    <span className={css.plan}>
      {words.viewing(name)} <Link to={`/support/accounts/${account}`}>{words.timeline}</Link> ·{' '}
      <Link to="/support" search={{ account } as never}>
        {words.cases}
      </Link>
    </span>
  )
}
