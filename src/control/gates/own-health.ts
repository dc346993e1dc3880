import type { ResolvedObject } from '../../model/installation.ts'
import { INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../model/labels.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import type { HealthSource } from '../../stages/health/health-source.ts'
import type { Hidden } from '../../stages/health/withheld.ts'
import { appliedOf, markOf } from '../../stages/plan/applied.ts'
import type { Member } from '../fleet/member.ts'

/**
 * Health of a declared object; undefined where the installation does not own the live one: what another's object is
 * like is not its business, and its rules would tell.
 */
export function ownHealth(
  { name, id }: Pick<Member, 'name' | 'id'>,
  object: Pick<ResolvedObject, 'digest' | 'sensitive'>,
  live: LiveObject,
  healths: Pick<HealthSource, 'health'>,
): Health | undefined {
  return isOwnedBy(id, live) ? healths.health(name, live, hiddenIn(live, object)) : undefined
}

/** Whether the labels and the mark of an object say that Reeve wrote it for an installation. */
export function isOwnedBy(installationId: string, live: LiveObject): boolean {
  const { [INSTALLATION_LABEL]: installation, [REPOSITORY_LABEL]: repository } = live.metadata.labels ?? {}
  return installation === installationId && repository !== undefined && markOf(live, repository) !== undefined
}

/** Where the live object may hold secrets: of one that an earlier commit declared, that is not known. */
function hiddenIn(
  live: LiveObject,
  { digest, sensitive }: Pick<ResolvedObject, 'digest' | 'sensitive'>,
): Hidden {
  return appliedOf(live)?.digest === digest ? sensitive : 'unknown'
}
