/** Number of groups that have rollouts; each proves for the one that many rings behind it. */
export const GROUPS = 50
const RING = 10

export interface RolloutFleetOptions {
  readonly installations: number
  readonly hasRollouts: boolean
}

/** A template of one object, groups in rings inside another, and so many installations of a line each. */
export function rolloutFleet({
  installations,
  hasRollouts,
}: RolloutFleetOptions): Readonly<Record<string, string>> {
  const groups = Array.from({ length: GROUPS }, (_, index) => index)
  const numbers = Array.from({ length: installations }, (_, index) => index)
  return {
    'templates/app/settings.yaml': TEMPLATE,
    'templates/app/values.yaml': 'color: grey\n',
    'groups/all.yaml': document(
      'InstallationGroup',
      'all',
      `{template: {path: templates/app}, namespace: ${ROLLOUT_NAMESPACE}}`,
    ),
    ...Object.fromEntries(
      groups.map((group) => [rolloutGroupFile(group), rolloutGroup(group, '1.0', hasRollouts)]),
    ),
    ...Object.fromEntries(
      numbers.map((number) => [rolloutFile(number), rolloutInstallation(number, 'grey')]),
    ),
  }
}

/** All installations are in one namespace. */
export const ROLLOUT_NAMESPACE = 'rollouts'

const TEMPLATE = `apiVersion: v1
kind: ConfigMap
metadata: {name: "\${installation.name}"}
data: {version: "\${installation.version}", color: "\${values.color}"}
`

export function rolloutGroupFile(group: number): string {
  return `groups/${groupName(group)}.yaml`
}

export function rolloutGroup(group: number, version: string, hasRollout = true): string {
  const after = group < RING ? '' : `, after: [{group: ${groupName(group - RING)}, soak: 10m}]`
  const rollout = hasRollout ? `, rollout: {maxUnavailable: 10%${after}}` : ''
  return document('InstallationGroup', groupName(group), `{group: all, version: "${version}"${rollout}}`)
}

export function rolloutFile(number: number): string {
  return `fleet/${rolloutName(number)}.yaml`
}

export function rolloutInstallation(number: number, color: string): string {
  const group = groupName(number % GROUPS)
  return document('Installation', rolloutName(number), `{group: ${group}, values: {color: ${color}}}`)
}

export function rolloutName(number: number): string {
  return `member-${String(number).padStart(5, '0')}`
}

function groupName(group: number): string {
  return `ring-${String(group).padStart(2, '0')}`
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`
}
