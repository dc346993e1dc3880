import type { SaidDeletion } from '../../../model/deletion.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import type { Rules } from '../../../model/rules.ts'
import type { TemplateReference } from '../../../model/template.ts'
import { durationIn, readRules, stringsIn } from './read-rules.ts'

/** Settings that an Installation may set itself or inherit from its groups. */
export interface Inheritable {
  /** Of `template` or `templates`; none where it has neither. */
  readonly templates: readonly NamedTemplate[]
  readonly version?: string
  /** Empty where none are given. */
  readonly values: JsonObject
  /** Paths from the root of the repository, with references, the winning one last. */
  readonly valuesFiles: readonly string[]
  /** For an installation the group that it is a member of, for a group the one around it; '' for none. */
  readonly group?: string
  readonly namespace?: string
  readonly releaseName?: string
  readonly serviceAccountName?: string
  readonly createNamespace?: boolean
  readonly atomic?: boolean
  readonly hibernated?: boolean
  /** Only what it says itself. */
  readonly deletion?: SaidDeletion
  readonly strategy?: string
  /** In ms. */
  readonly keepOldFor?: number
  /** RFC 3339. */
  readonly restartedAt?: string
  /** Names of installations, in order; pointers to them are `/spec/dependsOn/<index>`. */
  readonly dependsOn: readonly string[]
  readonly rules: Rules
}

/** A template that a document names. */
export interface NamedTemplate {
  readonly reference: TemplateReference
  readonly name?: string
  /** JSON pointer in the document. */
  readonly pointer: string
}

/** Reads a `spec` that is valid by its schema. */
export function readInheritable(spec: JsonObject): Inheritable {
  const { createNamespace, atomic, hibernated, deletion } = spec
  const keepOldFor = durationIn(spec.keepOldFor)
  return {
    templates: readTemplates(spec),
    ...strings(
      spec,
      'version',
      'group',
      'namespace',
      'releaseName',
      'serviceAccountName',
      'restartedAt',
      'strategy',
    ),
    ...(keepOldFor !== undefined && { keepOldFor }),
    ...(typeof createNamespace === 'boolean' && { createNamespace }),
    ...(typeof atomic === 'boolean' && { atomic }),
    ...(typeof hibernated === 'boolean' && { hibernated }),
    ...(isJsonObject(deletion) && { deletion: readDeletion(deletion) }),
    values: objectIn(spec.values),
    valuesFiles: stringsIn(spec.valuesFiles),
    dependsOn: stringsIn(spec.dependsOn),
    rules: readRules(spec),
  }
}

function readDeletion({ grace, deleteAtMost, protected: isProtected }: JsonObject): SaidDeletion {
  const graceMs = durationIn(grace)
  return {
    ...(graceMs !== undefined && { grace: graceMs }),
    ...(typeof deleteAtMost === 'number' && { deleteAtMost }),
    ...(typeof isProtected === 'boolean' && { isProtected }),
  }
}

/** The named fields that are strings. */
export function strings<K extends string>(
  from: JsonObject,
  ...names: readonly K[]
): Partial<Record<K, string>> {
  const found = names.flatMap((name) => {
    const value = from[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  return Object.fromEntries(found) as Partial<Record<K, string>>
}

function readTemplates({ template, templates }: JsonObject): readonly NamedTemplate[] {
  const several = isJsonArray(templates) ? templates : []
  return [
    ...namedTemplate(template, '/spec/template'),
    ...several.flatMap((each, index) => namedTemplate(each, `/spec/templates/${index}`)),
  ]
}

function namedTemplate(value: JsonValue | undefined, pointer: string): readonly NamedTemplate[] {
  const reference = readTemplate(value)
  return reference ? [{ reference, ...strings(objectIn(value), 'name'), pointer }] : []
}

function readTemplate(value: JsonValue | undefined): TemplateReference | undefined {
  if (!isJsonObject(value)) return undefined
  const { path, git, chart } = value
  if (isJsonObject(chart)) {
    const {
      repository = '',
      name = '',
      version = '',
      ...rest
    } = strings(chart, 'repository', 'name', 'version', 'digest')
    return { chart: { repository, name, version, ...rest } }
  }
  if (typeof path !== 'string') return undefined
  if (!isJsonObject(git)) return { path }
  const { url = '', commit = '' } = strings(git, 'url', 'commit')
  return { path, git: { url, commit } }
}
