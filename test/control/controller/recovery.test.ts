import test from 'ava'
import { kindsOf } from '../../../src/adapters/cluster/kinds.ts'
import { Recovery, type RecoveryOptions, type Unrecorded } from '../../../src/control/controller/recovery.ts'
import { desiredStateOf } from '../../../src/control/fleet/desired-state.ts'
import { memberOf } from '../../../src/control/fleet/member.ts'
import { FaultError, fault } from '../../../src/model/fault.ts'
import { APPLIED_ANNOTATION } from '../../../src/model/labels.ts'
import { idOf, keyOf, type LiveObject } from '../../../src/model/object.ts'
import { revisionAt } from '../../../src/model/revision.ts'
import type { InstallationStatus, Outcome } from '../../../src/model/status.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'
import { onlyInstallation } from '../../helpers/declare-files.ts'
import { configMap, documents } from '../../helpers/manifests.ts'

const [OLD, C1, C2, C3] = ['0', '1', '2', '3'].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
]
const kinds = kindsOf([CONFIG_MAPS])
const placement = { kinds, namespace: 'default' }

interface Case {
  /** Names of declared objects by commit. */
  readonly declared: Readonly<Record<string, readonly string[]>>
  /** Commits of the branch that are here, newest first. */
  readonly history: readonly string[]
  /** Those that can be fetched; a fault where the remote does not answer. */
  readonly remote?: readonly string[] | FaultError
  /** Commit in the mark of each live object, by name. */
  readonly live: Readonly<Record<string, string>>
  readonly record: Partial<InstallationStatus> | undefined
}

/** What is recovered, as `applied a`. */
async function recovered({
  declared,
  history,
  remote = history,
  live,
  record,
}: Case): Promise<readonly string[]> {
  const [head = ''] = history
  const at = async (commit: string) => {
    const names = declared[commit]
    return names && onlyInstallation({ 'acme/all.yaml': mapsOf(names) })
  }
  const attempted = await at(head)
  const members =
    attempted === undefined
      ? []
      : [memberOf(attempted, { installation: attempted, revision: revisionAt(head) }, placement)]
  const objects = new Map(Object.entries(live).map(([name, commit]) => [name, marked(name, commit)]))
  const byId = new Map([...objects.values()].map((object) => [idOf(keyOf(object)), object]))
  const cache = { get: (id: string) => byId.get(id as never), isWatched: () => true }
  const options = {
    view: { cache, kinds },
    namespace: 'default',
    recentCommits: async (_: string, needed?: string) => {
      if (needed === undefined || history.includes(needed)) return history
      if (remote instanceof FaultError) throw remote
      return remote
    },
    installationAt: async ({ own }: { own: string }) => at(own),
    log: { info: () => {} },
  } as unknown as RecoveryOptions
  const outcomes = [...(members[0]?.objects.values() ?? [])].map(
    ({ key }): Outcome => ({ result: 'unchanged', key }),
  )
  const found = await new Recovery(options).find({
    name: 'acme',
    id: attempted?.id ?? 'acme',
    declared: desiredStateOf(members),
    head,
    record: record && ({ name: 'acme', source: attempted?.source ?? '', changes: [], ...record } as never),
    outcomes,
  } satisfies Unrecorded)
  return found.map(({ action, object }) => `${action} ${object.replace('ConfigMap default/', '')}`)
}

function mapsOf(names: readonly string[]): string {
  return documents(...names.map((name) => configMap('default', name, {})))
}

function marked(name: string, commit: string): LiveObject {
  const annotations = { [APPLIED_ANNOTATION]: `${commit}.${'d'.repeat(16)}` }
  const metadata = { name, namespace: 'default', uid: name, resourceVersion: '1', annotations }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata }
}

const written = (action: 'created' | 'deleted', name: string, commit: string) =>
  ({ action, object: `ConfigMap default/${name}`, reason: 'commit', commit }) as const

test('without a record all that has a mark was written by an earlier process', async (t) => {
  const found = await recovered({
    declared: { [C1]: ['a'] },
    history: [C1],
    live: { a: C1 },
    record: undefined,
  })
  t.deepEqual(found, ['applied a'])
})

test('what was applied for commits after the record, or for its commit and not listed, is recovered', async (t) => {
  const declared = { [C1]: ['a', 'b', 'c'], [C2]: ['a', 'b', 'c'] }
  const changes = [written('created', 'a', C1)]
  const history = [C2, C1, OLD]
  t.deepEqual(
    await recovered({ declared, history, live: { a: C1, b: C1, c: C2 }, record: { commit: C1, changes } }),
    ['applied b', 'applied c'],
  )
})

test('after a clone was lost, what tells the order of commits is fetched', async (t) => {
  const declared = { [C3]: ['a', 'b'] }
  const lost = { declared, history: [C3], live: { a: C1, b: C3 }, record: { commit: C2 } }
  t.deepEqual(await recovered({ ...lost, remote: [C3, C2, C1, OLD] }), ['applied b'])
  t.deepEqual(await recovered({ ...lost, remote: new FaultError(fault('git-unreachable', 'gone')) }), [])
})

test('after a force push nothing is taken for new that an earlier commit had brought', async (t) => {
  const declared = { [C3]: ['a', 'b'] }
  const changes = [written('created', 'b', C2)]
  const record = { commit: C2, changes }
  t.deepEqual(await recovered({ declared, history: [C3, C1], live: { a: C1, b: C2 }, record }), [])
})

test('deletions of a round that did not end are recovered, those recorded and Jobs that ran are not', async (t) => {
  const declared = { [C1]: ['a', 'b', 'c', 'job'], [C2]: ['a'] }
  const record = {
    commit: C2,
    done: revisionAt(C1),
    changes: [written('deleted', 'b', C2)],
    jobs: [{ object: idOf({ group: '', kind: 'ConfigMap', namespace: 'default', name: 'job' }), digest: '' }],
  }
  t.deepEqual(await recovered({ declared, history: [C2, C1], live: { a: C1 }, record }), ['deleted c'])
})

test('deletions of an installation that was being removed are recovered', async (t) => {
  const declared = { [C1]: ['a', 'b'] }
  const changes = [written('deleted', 'a', C2)]
  const record = { commit: C2, state: 'deleting' as const, changes }
  t.deepEqual(await recovered({ declared, history: [C2, C1], live: {}, record }), ['deleted b'])
})

test('what is done at the commit of the record is not looked at again', async (t) => {
  const declared = { [C1]: ['a', 'b'], [C2]: ['a'] }
  t.deepEqual(await recovered({ declared, history: [C2, C1], live: { a: C1 }, record: { commit: C2 } }), [])
})
