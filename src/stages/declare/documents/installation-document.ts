import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import { isDnsLabel } from '../names.ts'
import { type Inheritable, readInheritable, strings } from './read-inherited.ts'

/** The contents of an `Installation` document. */
export interface InstallationDocument extends Inheritable {
  /** metadata.name */
  readonly name: string
  /** metadata.namespace: where its object is, not those that it makes. */
  readonly home?: string
  readonly labels: Readonly<Record<string, string>>
  readonly suspended: boolean
  /** The commit that it inherits from, whatever its groups are at. */
  readonly revision?: string
}

/** Reads a document whose metadata and spec are already checked. */
export function readInstallation(metadata: JsonObject, spec: JsonObject): InstallationDocument {
  const { name, labels } = metadata
  const home = homeIn(metadata)
  const entries = isJsonObject(labels) ? Object.entries(labels) : []
  return {
    name: String(name),
    ...(home !== undefined && { home }),
    labels: Object.fromEntries(entries.map(([key, value]) => [key, String(value)])),
    suspended: spec.suspended === true,
    ...strings(spec, 'revision'),
    ...readInheritable(spec),
  }
}

/** A valid metadata.namespace. */
export function homeIn({ namespace }: JsonObject): string | undefined {
  return typeof namespace === 'string' && isDnsLabel(namespace) ? namespace : undefined
}

/**
 * Whether a document is about its directory: it has the directory's name, or its path with `-` for `/`.
 *
 * @param directory path below the Repository's path
 */
export function isAbout(directory: string, { name }: Pick<InstallationDocument, 'name'>): boolean {
  const last = directory.slice(directory.lastIndexOf('/') + 1)
  return name === last || name === directory.replaceAll('/', '-')
}
