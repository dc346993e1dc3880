import type { Explanation } from '../../control/fleet/explain-now.ts'
import type { Said } from '../../model/values.ts'
import { faultDocument } from '../../stages/plan/describe/fault-document.ts'

/** Where each setting of an installation comes from, for programs. */
export function explanationDocument({
  settings,
  faults,
  notices,
  isEncrypted: _,
  ...rest
}: Explanation): object {
  return {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'Explanation',
    ...rest,
    settings: settings.map(({ path, said, overridden }) => ({
      path,
      ...flat(said),
      ...(overridden.length > 0 && { overrides: overridden.map(flat) }),
    })),
    faults,
    ...(notices.length > 0 && { notices: notices.map(faultDocument) }),
  }
}

function flat({ value, kind, name, location }: Said): object {
  return { value, from: kind, name, ...location }
}
