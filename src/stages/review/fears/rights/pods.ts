import { isJsonObject, type JsonObject, objectIn, textIn } from '../../../../model/json.ts'
import { containersOf, listIn, podSpecOf } from '../../pod-specs.ts'
import type { ToldChange } from '../../told-change.ts'

const HOST = ['hostNetwork', 'hostPID', 'hostIPC']

/** Rights on the node that Pods newly have, and bounds that they lose. */
export function widenedPods({ before, after }: ToldChange): readonly string[] {
  const is = after && podSpecOf(after)
  if (is === undefined) return []
  const was = (before && podSpecOf(before)) ?? {}
  const had = new Set(rightsOf(was))
  const kept = new Set(boundsOf(is))
  const users = new Set(['', ...containersOf(is).keys()].map(prefixOf))
  const lost = boundsOf(was).filter(
    (bound) => !kept.has(bound) && users.has(bound.slice(0, bound.indexOf(BREAK))),
  )
  return [
    ...rightsOf(is).filter((right) => !had.has(right)),
    ...lost.map((bound) => `${bound.replace(BREAK, '')} no longer holds`),
  ]
}

/** Between what a bound is about and the bound. */
const BREAK = '\0'

function rightsOf(spec: JsonObject): readonly string[] {
  return [
    ...HOST.filter((field) => spec[field] === true),
    ...listIn(spec.volumes).flatMap((volume) => {
      const { hostPath } = objectIn(volume)
      return isJsonObject(hostPath) ? [`mounts ${textIn(hostPath.path)} of the node`] : []
    }),
    ...contextRights(objectIn(spec.securityContext)),
    ...[...containersOf(spec)].flatMap(([name, { securityContext }]) =>
      contextRights(objectIn(securityContext)).map((right) => `${prefixOf(name)}${right}`),
    ),
  ]
}

function contextRights(context: JsonObject): readonly string[] {
  const { privileged, runAsUser, procMount, seccompProfile, capabilities } = context
  return [
    ...(privileged === true ? ['privileged'] : []),
    ...(runAsUser === 0 ? ['runs as root (runAsUser: 0)'] : []),
    ...(procMount === 'Unmasked' ? ['procMount: Unmasked'] : []),
    ...(objectIn(seccompProfile).type === 'Unconfined' ? ['seccomp: Unconfined'] : []),
    ...listIn(objectIn(capabilities).add).map((name) => `capability ${textIn(name)}`),
  ]
}

/** What Pods may not do, by what says so. */
function boundsOf(spec: JsonObject): readonly string[] {
  const own = spec.automountServiceAccountToken === false ? ['automountServiceAccountToken: false'] : []
  const contexts = [
    ['', spec.securityContext] as const,
    ...[...containersOf(spec)].map(([name, { securityContext }]) => [name, securityContext] as const),
  ]
  return [
    ...own.map((bound) => `${BREAK}${bound}`),
    ...contexts.flatMap(([name, context]) => {
      const { runAsNonRoot, allowPrivilegeEscalation, readOnlyRootFilesystem } = objectIn(context)
      return [
        ...(runAsNonRoot === true ? ['runAsNonRoot'] : []),
        ...(allowPrivilegeEscalation === false ? ['allowPrivilegeEscalation: false'] : []),
        ...(readOnlyRootFilesystem === true ? ['readOnlyRootFilesystem'] : []),
      ].map((bound) => `${prefixOf(name)}${BREAK}${bound}`)
    }),
  ]
}

function prefixOf(container: string): string {
  return container === '' ? '' : `container ${container}: `
}
