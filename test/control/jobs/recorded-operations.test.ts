import test from 'ava'
import { pino } from 'pino'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { Operations } from '../../../src/control/jobs/operations.ts'
import { sealedResult } from '../../../src/control/jobs/sealed-result.ts'
import type { DeclaredOperation } from '../../../src/model/installation.ts'
import type { OperationRecord } from '../../../src/model/operation.ts'
import { Secret } from '../../../src/model/secret.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'
import { NO_TENANCY } from '../../../src/model/tenancy.ts'
import { Sealer } from '../../../src/stages/plan/sealer.ts'

const SEALER = new Sealer(new Secret(Buffer.alloc(32, 7).toString('base64')))
const LAST = { id: 'b-1', at: '2026-12-01T03:00:00Z', where: 's3://backups/b-1' }
const sealed = sealedResult({ installation: 'acme', operation: 'backup' }, LAST, SEALER)

/** What is known of `acme` after a restart, of a record that the status branch has. */
function known(
  last: OperationRecord['last'],
  more: { readonly key?: Sealer; readonly isOwn?: boolean } = {},
) {
  const record = { operations: [{ name: 'backup', occasion: 'x', state: 'succeeded', last }] }
  return operations((name) => (name === 'acme' ? (record as unknown as InstallationStatus) : undefined), more)
}

function operations(
  record: (name: string) => InstallationStatus | undefined,
  { key, isOwn = true }: { readonly key?: Sealer; readonly isOwn?: boolean },
  accountOf: (name: string) => string | undefined = () => undefined,
): Operations {
  return new Operations({
    client: new ClusterClient(() => Promise.reject(new Error('no cluster is needed'))),
    repository: 'default',
    namespace: 'default',
    guard: { allow: NO_TENANCY.allow, own: { namespace: 'reeve-system', objects: new Set() } },
    record,
    sealer: () => key,
    areRecordsOwn: () => isOwn,
    accountOf,
    onNews: () => {},
    log: pino({ level: 'silent' }),
  })
}

test('a result that Reeve sealed counts, whoever wrote the branch last', (t) => {
  t.deepEqual(known(sealed, { key: SEALER, isOwn: false }).recordsOf('acme')[0]?.last, sealed)
})

for (const [title, last] of [
  ['none', LAST],
  ['of another place', { ...sealed, where: 's3://elsewhere' }],
  ['of another operation', sealedResult({ installation: 'acme', operation: 'other' }, LAST, SEALER)],
  ['of another installation', sealedResult({ installation: 'beta', operation: 'backup' }, LAST, SEALER)],
] as const)
  test(`a result with a seal that is no proof counts for nothing: ${title}`, (t) => {
    t.is(known(last, { key: SEALER }).recordsOf('acme')[0]?.last, undefined)
  })

test('without a key, a result counts where Reeve itself wrote the branch last', (t) => {
  t.deepEqual(known(LAST, { isOwn: true }).recordsOf('acme')[0]?.last, LAST)
  t.is(known(LAST, { isOwn: false }).recordsOf('acme')[0]?.last, undefined)
})

test('what another installation tells counts only where both act as the same account', (t) => {
  const record = {
    operations: [{ name: 'backup', occasion: 'x', last: LAST }],
  } as unknown as InstallationStatus
  const operation = {
    from: 'acme',
    job: { args: ['${operations.backup.last.id}'] },
  } as unknown as DeclaredOperation
  const all = (accounts: Readonly<Record<string, string>>) =>
    operations(
      () => record,
      {},
      (name) => accounts[name],
    ).resolved('new', operation)
  t.deepEqual(all({}), { job: { args: ['b-1'] } })
  t.deepEqual(all({ acme: 'a/deployer', new: 'a/deployer' }), { job: { args: ['b-1'] } })
  t.true('missing' in all({ acme: 'a/deployer', new: 'b/deployer' }))
  t.true('missing' in all({ new: 'b/deployer' }))
})
