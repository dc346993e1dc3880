import type { SaidAccount } from '../../../model/declaration.ts'
import { fault } from '../../../model/fault.ts'
import { quoted } from '../../../model/quoted.ts'
import type { JobQuestion } from '../../../model/rollout-check.ts'
import type { AccountRules } from '../../../model/tenancy.ts'
import type { Fence } from '../../../stages/plan/tenancy/refusal-of.ts'
import { type ActingAccount, serviceAccountOf } from '../../../stages/render/service-account.ts'
import type { GroupToCheck } from './group-to-check.ts'

/** What the configuration allows. */
export interface JobRules {
  readonly guard: Fence
  readonly accounts: AccountRules
}

/**
 * The service account that a Job is made as, by the rules for installations: what the group names holds, and the Job
 * may name none beside it.
 */
export function jobAccount(
  { name, location, account }: Pick<GroupToCheck, 'name' | 'location' | 'account'>,
  { namespace, serviceAccountName: text }: JobQuestion,
  { accounts }: Pick<JobRules, 'accounts'>,
): ActingAccount {
  const own: SaidAccount | undefined = text === undefined ? undefined : { text, location, namespace }
  const said = account ?? own
  const acting = serviceAccountOf(
    { name, location, ...(said && { serviceAccount: said }) },
    { name, namespace },
    accounts,
  )
  if (account === undefined || text === undefined || text === account.text) return acting
  const details = `${quoted(text)}, and ${quoted(account.text)} of the group`
  return { faults: [...acting.faults, fault('service-account-of-group', details, { location })] }
}
