import test from 'ava'
import { ConnectionError } from '../../../src/adapters/cluster/api-error.ts'
import { LastGood } from '../../../src/control/controller/last-good.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import { NO_RULES } from '../../../src/model/rules.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'

const [EARLIER, HEAD] = ['a'.repeat(40), 'b'.repeat(40)]
const acme: Installation = {
  name: 'acme',
  id: 'acme',
  source: 'acme',
  objects: [],
  dependsOn: [],
  rules: NO_RULES,
  faults: [],
}

const record: InstallationStatus = {
  name: 'acme',
  state: 'invalid',
  commit: HEAD,
  source: 'acme',
  applied: revisionAt(EARLIER),
  objects: { declared: 1, healthy: 1 },
  changes: [],
  problems: [],
}

/** Of a Reeve whose cluster fails in some way when it is asked what is there. */
function lastGood(areRecordsOwn: boolean, error: Error) {
  const unforeseen: unknown[] = []
  const kinds = { resource: () => undefined, preferred: () => undefined, all: () => [], unavailable: [] }
  const finder = new LastGood({
    view: {
      watchOwned: () => Promise.reject(error),
      cache: { byInstallation: () => [].values(), get: () => undefined },
      kinds,
    },
    statuses: { get: () => record },
    namespace: 'default',
    installationAt: async () => acme,
    ancestry: { has: async () => true, since: async () => new Set([HEAD]) },
    areRecordsOwn: () => areRecordsOwn,
    isReviewRequired: () => false,
    onUnforeseen: (_, { code }) => unforeseen.push(code),
  })
  return { find: () => finder.find(acme, HEAD), unforeseen }
}

const ABORT = new DOMException('This operation was aborted', 'AbortError')
const AWAY = new ConnectionError('away', { code: 'ECONNREFUSED' })

test('the own record holds although the cluster does not answer', async (t) => {
  for (const error of [AWAY, ABORT]) {
    const { find, unforeseen } = lastGood(true, error)
    t.deepEqual((await find())?.revision, revisionAt(EARLIER))
    t.deepEqual(unforeseen, [])
  }
})

test('a record that others may have written counts for nothing while the cluster does not answer', async (t) => {
  const { find, unforeseen } = lastGood(false, AWAY)
  t.is(await find(), undefined)
  t.deepEqual(unforeseen, ['unavailable'], 'not an error of Reeve')
})

test('an end of Reeve in the middle of finding the last good revision is no error', async (t) => {
  const { find, unforeseen } = lastGood(false, ABORT)
  t.is(await find(), undefined)
  t.deepEqual(unforeseen, [])
})
