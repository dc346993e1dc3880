import type { LiveObject } from '../../src/model/object.ts'

/** A document of Reeve in YAML. @param spec as the text after `spec: ` */
export const own = (kind: string, name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`

/** Files of the template of groups: a ConfigMap that tells the version, and the color. */
export const TEMPLATE = {
  'templates/chat/web.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: "\${installation.name}" }
data: { version: "\${installation.version}", color: "\${values.color}" }
`,
  'templates/chat/values.yaml': 'color: grey\n',
}

/** A group of members in the namespace `default`. @param rollout empty for none @param more further fields, a line each */
export const group = (name: string, version: string, rollout: string, ...more: readonly string[]) => {
  const fields = [
    'template: { path: templates/chat }',
    `version: "${version}"`,
    'namespace: default',
    ...(rollout === '' ? [] : [`rollout: ${rollout}`]),
    ...more,
  ]
  return own('InstallationGroup', name, fields.map((field) => `\n  ${field}`).join(''))
}

/** @param more further fields, each after a comma */
export const member = (name: string, of: string, more = '') =>
  own('Installation', name, `{ group: ${of}${more} }`)

/** Files of members. */
export const members = (of: string, ...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`fleet/${name}.yaml`, member(name, of)]))

/** Whether a member's ConfigMap has such data. */
export const has = (data: Readonly<Record<string, string>>) => (object: LiveObject) =>
  Object.entries(data).every(([key, value]) => (object.data as Record<string, string>)[key] === value)

export const isAt = (version: string) => has({ version })

export const isColor = (color: string) => has({ color })
