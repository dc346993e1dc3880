import { textIn } from '../../../model/json.ts'
import { valueAt } from '../../../model/json-pointer.ts'
import { OWN_GROUP } from '../../../model/labels.ts'
import type { ObjectKey } from '../../../model/object.ts'
import { isBuiltinGroup } from '../is-builtin-group.ts'
import type { ToldChange } from '../told-change.ts'
import type { FearFinder } from './fear-finder.ts'
import { replicasOf } from './replicas.ts'

/** `group/Kind` → what is lost with an object. */
const LOSSES: ReadonlyMap<string, string> = new Map([
  ['/PersistentVolumeClaim', 'and its data with it, unless its volume is retained'],
  ['/PersistentVolume', 'and its data with it, unless it is retained'],
  ['/Namespace', 'with everything in it'],
  ['apiextensions.k8s.io/CustomResourceDefinition', 'with all objects of its kind, in every namespace'],
  ['snapshot.storage.k8s.io/VolumeSnapshot', 'and the snapshot with it, unless its class retains it'],
  ['snapshot.storage.k8s.io/VolumeSnapshotContent', 'and the snapshot with it, unless it is retained'],
])

/** Names of custom resources that stand for a database or another store of data. */
const STORES =
  /postgres|mysql|maria|mongo|redis|valkey|dragonfly|cassandra|scylla|cockroach|yugabyte|tidb|clickhouse|druid|elastic|opensearch|solr|kafka|pulsar|rabbitmq|nats|etcd|zookeeper|consul|vault|minio|ceph|bucket|vitess|couch|neo4j|influx|database|backup|innodb|percona|rdsinstance|dbinstance|dbcluster|volume/i
/** Kinds in the groups of stores that hold no data themselves. */
const HELPERS =
  /(?:user|role|grant|pooler|schedule|scheduledbackup|exporter|monitor|dashboard|connector|policy|binding|exchange|permission|proxy|rebalance|catalog|config|class|restore|agent|beat)s?$/i

/** Data that goes with an object: its own, or that of what it owns. */
export const dataDeleted: FearFinder = {
  kind: 'data-deleted',
  find: (change) => [...lostWith(change), ...lostClaims(change)],
}

function lostWith({ key, kind, isDeleted, isReplaced }: ToldChange): readonly string[] {
  const loss = LOSSES.get(kind) ?? (isStore(key) ? 'and the data that it manages with it' : undefined)
  if (loss === undefined) return []
  if (isDeleted) return [`deleted, ${loss}`]
  return isReplaced ? [`deleted and created again, ${loss}`] : []
}

function isStore({ group, kind }: ObjectKey): boolean {
  if (isBuiltinGroup(group) || group === OWN_GROUP) return false
  return STORES.test(`${group}/${kind}`) && !HELPERS.test(kind)
}

/** Claims that a StatefulSet deletes: with itself, or with the Pods that it no longer runs (apps/v1). */
function lostClaims({ kind, before, after, isDeleted, isReplaced }: ToldChange): readonly string[] {
  if (kind !== 'apps/StatefulSet' || before === undefined) return []
  const policyOf = (when: string) =>
    textIn(valueAt(after ?? before, ['spec', 'persistentVolumeClaimRetentionPolicy', when]))
  if ((isDeleted || isReplaced) && policyOf('whenDeleted') === 'Delete')
    return ['deleted with the claims of all its Pods, and their data (whenDeleted: Delete)']
  const [was, is] = [replicasOf(before), after && replicasOf(after)]
  if (was === undefined || is === undefined || is >= was || policyOf('whenScaled') !== 'Delete') return []
  return [`replicas ${was} → ${is}, and the claims of the Pods that go are deleted (whenScaled: Delete)`]
}
