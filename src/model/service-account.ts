/** A namespace (RFC 1123 label) where given, and the name of a service account (RFC 1123 subdomain). */
const ACCOUNT = /^(?:([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/)?([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)$/

/**
 * The service account of a text as Git or the configuration gives it, as `namespace/name`; undefined if the
 * text names none.
 * @param namespace where the text gives none
 */
export function accountNamed(text: string, namespace: string): string | undefined {
  const match = ACCOUNT.exec(text)
  return match ? `${match[1] ?? namespace}/${match[2]}` : undefined
}

/** The namespace of a service account `namespace/name`. */
export function accountNamespace(account: string): string {
  return account.slice(0, account.indexOf('/'))
}

/** The user name of a service account `namespace/name` (k8s.io/apiserver, serviceaccount.MakeUsername). */
export function userOf(account: string): string {
  return `system:serviceaccount:${account.replace('/', ':')}`
}
