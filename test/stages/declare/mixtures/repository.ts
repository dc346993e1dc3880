import type { JsonObject } from '../../../../src/model/json.ts'
import type { RepositoryFiles } from '../../../helpers/declare-files.ts'

/** What a document says: of a group, or of an installation. */
export interface Said {
  /** The group around it. */
  readonly group?: string
  readonly version?: string
  readonly values: JsonObject
  readonly template?: string
  readonly valuesFiles: readonly string[]
  /** Of groups alone. */
  readonly enforced?: { readonly version?: string; readonly values: JsonObject }
}

/** All that a commit says, as data. */
export interface Repository {
  readonly groups: ReadonlyMap<string, Said>
  readonly installations: ReadonlyMap<string, Said>
  /** By path. */
  readonly files: ReadonlyMap<string, JsonObject>
  /** Defaults of templates, by path. */
  readonly templates: ReadonlyMap<string, JsonObject>
}

const MANIFEST =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chat}\ndata: {version: "${installation.version}"}\n'

/** The commit as files. */
export function filesOf({ groups, installations, files, templates }: Repository): RepositoryFiles {
  return Object.fromEntries([
    ...[...groups].map(([name, said]) => [
      `groups/${name}.yaml`,
      documentOf('InstallationGroup', name, said),
    ]),
    ...[...installations].map(([name, said]) => [
      `${name}/reeve.yaml`,
      documentOf('Installation', name, said),
    ]),
    ...[...files].map(([path, values]) => [path, JSON.stringify(values)]),
    ...[...templates].flatMap(([path, defaults]) => [
      [`${path}/chat.yaml`, MANIFEST],
      [`${path}/values.yaml`, JSON.stringify(defaults)],
    ]),
  ])
}

function documentOf(kind: string, name: string, { template, ...said }: Said): string {
  const spec = { ...said, ...(template !== undefined && { template: { path: template } }) }
  return JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind, metadata: { name }, spec })
}
