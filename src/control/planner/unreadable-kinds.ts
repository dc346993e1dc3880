import { type Fault, fault } from '../../model/fault.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'

/** A fault that names the kinds that the account may not read, of those that may have objects of the Repository. */
export async function unreadableKinds(view: ClusterView): Promise<readonly Fault[]> {
  const { forbidden } = await view.findOwned()
  if (forbidden.length === 0) return []
  const names = forbidden.map(({ plural, group }) => (group === '' ? plural : `${plural}.${group}`))
  return [fault('kinds-unreadable', names.join(', '))]
}
