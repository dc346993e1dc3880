import { escapesOf } from './unusual-keys.ts'

export const OWN = { namespace: 'acme', serviceAccountName: 'acme/acme' }
export const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n'

/** A YAML document of one line, which is JSON. */
export function yaml(object: object): string {
  return `${escapesOf(JSON.stringify(object))}\n`
}

export function configMap(name: string, more: object = { data: { a: '1' } }): string {
  return yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more })
}

/** An Installation that acts as the account of the attacker. */
export function installation(name: string, spec: object = {}, metadata: object = {}): string {
  return document('Installation', { name, ...metadata }, { ...OWN, ...spec })
}

export function group(name: string, spec: object): string {
  return document('InstallationGroup', { name }, spec)
}

function document(kind: string, metadata: object, spec: object): string {
  return yaml({ apiVersion: 'reeve.dev/v1alpha1', kind, metadata, spec })
}

/** An installation of a chart with this template. */
export function ofChart(
  name: string,
  template: string,
  spec: object = {},
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const folder = `templates/${name}`
  const below = Object.entries(more).map(([file, text]) => [`${folder}/${file}`, text])
  return {
    [`${name}/reeve.yaml`]: installation(name, { template: { path: folder }, ...spec }),
    [`${folder}/Chart.yaml`]: CHART,
    [`${folder}/templates/a.yaml`]: template,
    ...Object.fromEntries(below),
  }
}

/** An installation of a template of manifests with this one. */
export function ofTemplate(
  name: string,
  manifest: string,
  spec: object = {},
): Readonly<Record<string, string>> {
  const folder = `templates/${name}`
  return {
    [`${name}/reeve.yaml`]: installation(name, { template: { path: folder }, ...spec }),
    [`${folder}/a.yaml`]: manifest,
  }
}

/** An installation of manifests beside its document. */
export function ofManifests(
  name: string,
  manifest: string,
  spec: object = {},
): Readonly<Record<string, string>> {
  return { [`${name}/reeve.yaml`]: installation(name, spec), [`${name}/a.yaml`]: manifest }
}
