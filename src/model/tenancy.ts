import type { ObjectId, ObjectKey } from './object.ts'

/** Decisions of Reeve's configuration, outside Git: who installations act as, and which objects they may declare. */
export interface Tenancy {
  readonly accounts: AccountRules
  readonly allow: Allowed
}

/** Service accounts of installations, and what applies instead in some namespaces. */
export interface AccountRules extends AccountRule {
  /** The first entry whose pattern matches the namespace of the installation replaces what it sets. */
  readonly perNamespace: readonly (AccountRule & { readonly namespace: string })[]
}

export interface AccountRule {
  /** Service account of installations that name none: `name`, in their own namespace, or `namespace/name`. */
  readonly fallback?: string
  /** Patterns of the accounts that installations may name, of the same form; absent: any. */
  readonly allowed?: readonly string[]
}

/** Whether no installation may act as Reeve itself: the configuration says somewhere who is to act. */
export function requiresAccount({ perNamespace, ...general }: AccountRules): boolean {
  return [general, ...perNamespace].some(({ fallback, allowed }) => (fallback ?? allowed) !== undefined)
}

/** Objects that installations may declare. In patterns `*` stands for any characters except `/`. */
export interface Allowed {
  /** Patterns of namespaces; absent: all that are not protected. */
  readonly namespaces?: readonly string[]
  /** Patterns of kinds, `ConfigMap` or `Deployment.apps`; absent: all. */
  readonly kinds?: readonly string[]
  /** Protected namespaces that are allowed, and `reeve` for Reeve's own objects. */
  readonly protected: readonly string[]
  /** Whether objects are allowed by which a privileged identity can be read, such as Secrets of tokens. */
  readonly identities: boolean
}

/** Namespaces of the control plane: whoever may write there can take over the cluster. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
])

/** Namespace of Reeve in manifests/. */
export const INSTALLED_IN = 'reeve-system'

/** Namespace of what a Reeve outside of the cluster keeps there: it exists in each cluster and cannot be deleted. */
export const OUTSIDE = 'default'

/** What Reeve itself is in the cluster. */
export interface OwnPlace {
  /** The namespace of its Pod; outside of the cluster, the one that manifests/ installs Reeve in. */
  readonly namespace: string
  /** Objects that it keeps its own state in. */
  readonly objects: ReadonlySet<ObjectId>
}

/** A single team: installations act as Reeve itself, wherever Reeve is allowed to. */
export const NO_TENANCY: Tenancy = {
  accounts: { perNamespace: [] },
  allow: { protected: [], identities: false },
}

/** Whether a pattern matches a text as a whole: `*` stands for any characters except `/`. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === text
  if (!text.startsWith(start)) return false
  let at = start.length
  const last = rest.pop() ?? ''
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found === -1 || text.slice(at, found).includes('/')) return false
    at = found + part.length
  }
  const end = text.length - last.length
  return end >= at && text.endsWith(last) && !text.slice(at, end).includes('/')
}

/** The namespace that an object is in, or is. */
export function namespaceOf({ group, kind, namespace, name }: ObjectKey): string {
  return group === '' && kind === 'Namespace' ? name : namespace
}
