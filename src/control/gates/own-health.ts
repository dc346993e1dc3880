import type { ResolvedObject } from '../../model/installation.ts'
import { INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../model/labels.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import type { HealthSource } from '../../stages/health/health-source.ts'
import { type Applied, markOf } from '../../stages/plan/applied.ts'
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
  const mark = ownMark(id, live)
  // Where an object may hold secrets that an earlier commit declared is not known.
  const hidden = mark?.digest === object.digest ? object.sensitive : 'unknown'
  return mark && healths.health(name, live, hidden)
}

/** The mark of an object, where that and the labels say that Reeve wrote it for an installation. */
export function ownMark(installationId: string, live: LiveObject): Applied | undefined {
  const { [INSTALLATION_LABEL]: installation, [REPOSITORY_LABEL]: repository } = live.metadata.labels ?? {}
  return installation === installationId && repository !== undefined ? markOf(live, repository) : undefined
}
