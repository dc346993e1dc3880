import { type JsonObject, objectIn } from '../../../../model/json.ts'
import type { ToldChange } from '../../told-change.ts'

const ENFORCE = 'pod-security.kubernetes.io/enforce'
/** Strictest first; a namespace without the label takes any Pod. */
const LEVELS = ['restricted', 'baseline', 'privileged']

/** A namespace that takes Pods which it refused (Pod Security Standards). */
export function widenedStandard({ kind, before, after }: ToldChange): readonly string[] {
  if (kind !== '/Namespace' || before === undefined || after === undefined) return []
  const [was, is] = [levelOf(before), levelOf(after)]
  const [from, to] = [LEVELS.indexOf(was), LEVELS.indexOf(is)]
  return from >= 0 && to > from ? [`Pod security ${was} → ${is}`] : []
}

function levelOf(namespace: JsonObject): string {
  const level = objectIn(objectIn(namespace.metadata).labels)[ENFORCE]
  return level === undefined || level === '' ? 'privileged' : String(level)
}
