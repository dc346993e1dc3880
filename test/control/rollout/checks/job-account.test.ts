import test from 'ava'
import { jobRefusal } from '../../../../src/control/jobs/job-refusal.ts'
import { checkJob } from '../../../../src/control/rollout/checks/check-job.ts'
import { jobAccount } from '../../../../src/control/rollout/checks/job-account.ts'
import type { SaidAccount } from '../../../../src/model/declaration.ts'
import { type AccountRules, type Allowed, NO_TENANCY } from '../../../../src/model/tenancy.ts'

const location = { file: 'canary.yaml', line: 7 }
const own = { namespace: 'reeve-system', objects: new Set<string>() }

function accountOf(
  accounts: Partial<AccountRules>,
  { group, job }: { readonly group?: string; readonly job?: string } = {},
) {
  const said: SaidAccount | undefined = group === undefined ? undefined : { text: group, location }
  const { account, faults } = jobAccount(
    { name: 'canary', location, account: said },
    { kind: 'job', namespace: 'tests', spec: {}, ...(job !== undefined && { serviceAccountName: job }) },
    { accounts: { perNamespace: [], ...accounts } },
  )
  return faults[0]?.code ?? account
}

test('a Job is made as whom the configuration has installations of its namespace act', (t) => {
  t.is(accountOf({}), undefined)
  t.is(accountOf({}, { job: 'tester' }), 'tests/tester')
  t.is(accountOf({}, { job: 'ops/tester' }), 'ops/tester')
  t.is(accountOf({}, { group: 'deployer' }), 'tests/deployer')
  t.is(accountOf({ fallback: 'deployer' }), 'tests/deployer')
  t.is(accountOf({ perNamespace: [{ namespace: 'te*', fallback: 'ops/tester' }] }), 'ops/tester')
})

test('a Job is not made as an account that the configuration does not allow', (t) => {
  t.is(accountOf({ allowed: ['deployer'] }), 'no-service-account')
  t.is(accountOf({ perNamespace: [{ namespace: 'other', fallback: 'x' }] }), 'no-service-account')
  t.is(accountOf({ allowed: ['deployer'] }, { job: 'admin' }), 'service-account-not-allowed')
  t.is(accountOf({ allowed: ['deployer'] }, { group: 'ops/admin' }), 'service-account-not-allowed')
  t.is(
    accountOf({}, { job: 'kube-system/clusterrole-aggregation-controller' }),
    'service-account-not-allowed',
  )
  t.is(accountOf({}, { job: 'reeve-system/reeve' }), 'service-account-not-allowed')
})

test('a Job does not escape the account of its group', (t) => {
  t.is(accountOf({}, { group: 'deployer', job: 'admin' }), 'service-account-of-group')
  t.is(accountOf({}, { group: 'deployer', job: 'deployer' }), 'tests/deployer')
})

function refusalIn(namespace: string, allow: Partial<Allowed>, account?: string) {
  const question = { kind: 'job', namespace, spec: {} } as const
  const group = { name: 'canary', commit: 'c1', digest: 'd1' }
  const job = checkJob({ group, check: 'smoke', question, repository: 'default', account })
  const guard = { allow: { ...NO_TENANCY.allow, ...allow }, own }
  const fault = jobRefusal(job, account, location, guard)
  return fault && `${fault.location?.file}:${fault.location?.line} ${fault.code}`
}

test('a Job is made where objects of installations may be, and nowhere else', (t) => {
  t.is(refusalIn('tests', {}), undefined)
  t.is(refusalIn('tests', { namespaces: ['te*'], kinds: ['Job.batch'] }), undefined)
  const refused = 'canary.yaml:7 not-allowed'
  t.is(refusalIn('kube-system', {}), refused)
  t.is(refusalIn('reeve-system', {}), refused)
  t.is(refusalIn('tests', { namespaces: ['team-*'] }), refused)
  t.is(refusalIn('tests', { kinds: ['ConfigMap'] }), refused)
  t.is(refusalIn('tests', {}, 'reeve-system/reeve'), 'canary.yaml:7 service-account-not-allowed')
})
