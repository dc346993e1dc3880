/** Where programs that log their connections show a password, and the text around it. */
const PASSWORDS: readonly (readonly [pattern: RegExp, shown: string])[] = [
  // The userinfo of a URL (RFC 3986).
  [/(:\/\/[^\s/?#:@]*):[^\s/?#@]+@/g, '$1:…@'],
  // A data source name of Go's MySQL driver.
  [/([^\s:@/"']+):[^\s@]+@(tcp|unix)\(/g, '$1:…@$2('],
  // A connection string of libpq, and query parameters.
  [/\b(password|passwd|pwd|secret_?key|access_?key|access_?token|token)=[^\s&;'"]+/gi, '$1=…'],
]

/** Redacts the passwords of connection strings in a program's output. */
export function redactPasswords(text: string): string {
  return PASSWORDS.reduce((shown, [pattern, instead]) => shown.replace(pattern, instead), text)
}
