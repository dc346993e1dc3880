import test from 'ava'
import { observeInstallation } from '../../../src/control/controller/observe-installation.ts'
import { desiredStateOf } from '../../../src/control/fleet/desired-state.ts'
import type { Member } from '../../../src/control/fleet/member.ts'
import { SyncState } from '../../../src/control/sync/sync-state.ts'
import { fault } from '../../../src/model/fault.ts'
import { idOf, type LiveObject } from '../../../src/model/object.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'
import type { LiveCache } from '../../../src/stages/live/live-cache.ts'

const KEY = { group: '', kind: 'ConfigMap', namespace: 'acme', name: 'map' }
const MARK = `${'a'.repeat(40)}.${'b'.repeat(16)}`

const live = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'map',
    namespace: 'acme',
    labels: { 'reeve.dev/installation': 'acme', 'reeve.dev/repository': 'fleet' },
    annotations: { 'reeve.dev/applied': MARK },
  },
} as unknown as LiveObject

const origin = { file: 'a.yaml', line: 1, document: 0, pointer: '' }
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map', namespace: 'acme' } }
const member = {
  name: 'acme',
  id: 'acme',
  attempted: { source: 'new', faults: [], notices: [], groups: [] },
  target: { installation: {}, revision: { own: 'a', inherited: 'a' } },
  objects: new Map([[idOf(KEY), { key: KEY, object, origin, digest: 'c'.repeat(16) }]]),
  objectKinds: [],
  refused: [],
  blocked: [],
  claims: [idOf(KEY)],
} as unknown as Member

const cache = {
  get: () => live,
  byInstallation: () => [live],
} as unknown as LiveCache

function stateWhen(sync: SyncState | undefined, record?: Partial<InstallationStatus>): string | undefined {
  return observeInstallation('acme', {
    cache,
    proofs: { of: () => 'made' },
    declared: desiredStateOf([member]),
    state: sync,
    writes: [],
    record: record as InstallationStatus | undefined,
    head: 'a'.repeat(40),
    id: 'acme',
  })?.state
}

function seen(source: string): SyncState {
  const state = new SyncState()
  state.note([{ result: 'unchanged', key: KEY }], source)
  return state
}

test('nothing is healthy at what was not applied yet, however well its objects are', (t) => {
  t.is(stateWhen(seen('old')), 'progressing')
  t.is(stateWhen(new SyncState(), { source: 'old', state: 'healthy' }), 'progressing')
})

test('it is healthy once all was applied, in this process or before', (t) => {
  t.is(stateWhen(seen('new')), 'healthy')
  t.is(stateWhen(new SyncState(), { source: 'new', state: 'healthy', commit: 'a'.repeat(40) }), 'healthy')
})

test('what keeps it from being applied is said', (t) => {
  const broken = seen('old')
  broken.noteBroken(fault('unavailable', 'the API server'))
  t.is(stateWhen(broken), 'failed')
})
