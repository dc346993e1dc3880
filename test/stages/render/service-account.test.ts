import test from 'ava'
import type { AccountRules } from '../../../src/model/tenancy.ts'
import { serviceAccountOf } from '../../../src/stages/render/service-account.ts'

const NOWHERE = { file: 'reeve.yaml', line: 7 }

function acting(
  text: string | undefined,
  rules: Partial<AccountRules>,
  groupNamespace?: string,
  namespace = 'home',
) {
  const around = groupNamespace === undefined ? {} : { namespace: groupNamespace }
  const said = text === undefined ? undefined : { text, location: NOWHERE, ...around }
  const found = serviceAccountOf(
    { name: 'acme', location: NOWHERE, ...(said && { serviceAccount: said }) },
    { name: 'acme', namespace, labels: { team: 'blue' } },
    { perNamespace: [], ...rules },
  )
  return found.faults[0]?.code ?? found.account
}

test('without a word of accounts an installation acts as Reeve itself', (t) => {
  t.is(acting(undefined, {}), undefined)
})

test('a name alone is one in the namespace of the document that gives it, or of the installation', (t) => {
  t.is(acting('web', {}), 'home/web')
  t.is(acting('web', {}, 'theirs'), 'theirs/web')
  t.is(acting('other/web', {}, 'theirs'), 'other/web')
})

test('references are resolved', (t) => {
  t.is(acting('${installation.name}-deployer', {}), 'home/acme-deployer')
  t.is(acting('${installation.labels.team}/web', {}), 'blue/web')
  t.is(acting('${installation.nothing}', {}), 'undefined-value')
})

test('a text that names none is a fault', (t) => {
  t.is(acting('system:masters', {}), 'invalid-name')
  t.is(acting('a/b/c', {}), 'invalid-name')
})

test('the default is for installations that name none', (t) => {
  t.is(acting(undefined, { fallback: 'deployer' }), 'home/deployer')
  t.is(acting(undefined, { fallback: 'apps/deployer' }), 'apps/deployer')
  t.is(acting('web', { fallback: 'deployer' }), 'home/web')
})

test('where accounts are listed, no other may be named, and one must be', (t) => {
  t.is(acting('web', { allowed: ['web'] }), 'home/web')
  t.is(acting('other/web', { allowed: ['web'] }), 'service-account-not-allowed')
  t.is(acting('other/web', { allowed: ['*/web'] }), 'other/web')
  t.is(acting(undefined, { allowed: ['web'] }), 'no-service-account')
  t.is(acting(undefined, { allowed: [] }), 'no-service-account')
})

test('accounts of the control plane and of Reeve only if they are listed in full', (t) => {
  t.is(acting('kube-system/admin', {}), 'service-account-not-allowed')
  t.is(acting('reeve-system/reeve', {}), 'service-account-not-allowed')
  t.is(acting('kube-system/admin', { allowed: ['*/*'] }), 'service-account-not-allowed')
  t.is(acting('kube-system/admin', { allowed: ['kube-system/admin'] }), 'kube-system/admin')
})

test('nor does the default give them to an installation of their namespace', (t) => {
  const inPlace = (rules: Partial<AccountRules>, namespace = 'kube-system') =>
    acting(undefined, rules, undefined, namespace)
  t.is(inPlace({ fallback: 'deployer' }), 'service-account-not-allowed')
  t.is(inPlace({ fallback: 'deployer' }, 'reeve-system'), 'service-account-not-allowed')
  t.is(inPlace({ fallback: 'deployer', allowed: ['*/*', 'deployer'] }), 'service-account-not-allowed')
  t.is(inPlace({ fallback: 'kube-system/deployer' }, 'home'), 'service-account-not-allowed')
  t.is(
    inPlace({ perNamespace: [{ namespace: 'kube-*', fallback: 'deployer' }] }),
    'service-account-not-allowed',
  )
  t.is(inPlace({ fallback: 'deployer', allowed: ['kube-system/deployer'] }), 'kube-system/deployer')
  t.is(inPlace({ fallback: 'deployer', allowed: ['acme/*'] }, 'home'), 'home/deployer')
})

test('what is said of one namespace requires an account in the others, too', (t) => {
  const perNamespace = [{ namespace: 'other', fallback: 'local' }]
  t.is(acting(undefined, { perNamespace }), 'no-service-account')
  t.is(acting('web', { perNamespace }), 'home/web')
})

test('what is said of a namespace replaces what is said of all', (t) => {
  const perNamespace = [
    { namespace: 'ho*', fallback: 'local' },
    { namespace: 'home', fallback: 'late' },
  ]
  t.is(acting(undefined, { fallback: 'deployer', perNamespace }), 'home/local')
  t.is(
    acting(undefined, { fallback: 'deployer', perNamespace: [{ namespace: 'x', fallback: 'y' }] }),
    'home/deployer',
  )
  const allowed = [{ namespace: 'home', allowed: ['web'] }]
  t.is(acting('api', { allowed: ['api'], perNamespace: allowed }), 'service-account-not-allowed')
})
