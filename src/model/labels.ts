/** The API group of Reeve's own documents. */
export const OWN_GROUP = 'reeve.dev'
/** The API version of Reeve's own documents. */
export const OWN_API_VERSION = `${OWN_GROUP}/v1alpha1`
/** The kinds of documents that say what is an installation, and what it inherits; they lie in one namespace. */
const DOCUMENTS: ReadonlySet<string> = new Set(['Installation', 'InstallationGroup'])

/** Whether an object is a document of installations. */
export function isDocument({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return group === OWN_GROUP && DOCUMENTS.has(kind)
}

/** Whether an object is an Operation: one of an installation, and in its namespace. */
export function isOperation({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return group === OWN_GROUP && kind === 'Operation'
}

/** Annotation, "true": the Installation object is not declared in Git, but derived from a directory. */
export const DERIVED_ANNOTATION = 'reeve.dev/derived'
/** Label on every object: the id of its installation. */
export const INSTALLATION_LABEL = 'reeve.dev/installation'
/** Label on every object: the name of the Repository (the Reeve) that manages it. */
export const REPOSITORY_LABEL = 'reeve.dev/repository'
/** Annotation on every object, its mark: revision and digest of the applied object (plan/applied.ts). */
export const APPLIED_ANNOTATION = 'reeve.dev/applied'
/** Annotation in Git, "true": take the object over from its current owner. */
export const ADOPT_ANNOTATION = 'reeve.dev/adopt'
/** Annotation, "false": never delete the object; "true": delete it although other tools' marks keep it. */
export const PRUNE_ANNOTATION = 'reeve.dev/prune'
/** Annotation in Git, "true": delete and create an object that cannot be changed as declared. */
export const REPLACE_ANNOTATION = 'reeve.dev/replace'
/** Annotation in Git, a whole number: objects of a higher wave wait until those of lower ones are healthy. */
export const WAVE_ANNOTATION = 'reeve.dev/wave'
/** Annotation in Git: the wave of the object until its installation has once been as declared. */
export const INSTALL_WAVE_ANNOTATION = 'reeve.dev/install-wave'
/** Annotation on a Job or Pod that runs once in each release: the digest of the release. */
export const RELEASE_ANNOTATION = 'reeve.dev/release'
/** The lowest wave. */
export const FIRST_WAVE = '-9999'
/** Type of the Secret that holds the key of Reeve's seals. */
export const SEAL_TYPE = 'reeve.dev/seal'
/** The name under which Reeve writes (managedFields, fieldManager). */
export const FIELD_MANAGER = 'reeve'
/** Label on the objects and Pods of a copy (blue/green): the name of the copy, a digest of what runs in it. */
export const COPY_LABEL = 'reeve.dev/copy'
/** Annotation in Git on a Service: the strategies that its template allows, separated by commas. */
export const STRATEGIES_ANNOTATION = 'reeve.dev/strategies'
/** Annotation in Git on a Job or Pod: when it runs, separated by commas; it is no object of the installation then. */
export const HOOK_ANNOTATION = 'reeve.dev/hook'
/** Annotation in Git on a hook, a whole number: hooks of a higher weight run after those of lower ones. */
export const HOOK_WEIGHT_ANNOTATION = 'reeve.dev/hook-weight'
