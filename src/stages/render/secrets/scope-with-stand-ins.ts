import type { JsonObject } from '../../../model/json.ts'
import type { Scope } from '../../declare/references/resolve-text.ts'
import type { StandIns } from './stand-ins.ts'

/** The values of references with stand-ins; what identifies an installation is no secret. */
export function scopeWithStandIns(
  { values, installation }: { readonly values: JsonObject; readonly installation: JsonObject },
  standIns: StandIns,
): Scope {
  const { version, labels = {} } = installation
  return {
    values: standIns.of(values),
    installation: {
      ...installation,
      ...(version !== undefined && { version: standIns.of(version) }),
      labels: standIns.of(labels),
    },
  }
}
