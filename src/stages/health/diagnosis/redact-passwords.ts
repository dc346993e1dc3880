/** Where programs that log how they connect show a password, and what stands before and after it. */
const PASSWORDS: readonly (readonly [pattern: RegExp, shown: string])[] = [
  // RFC 3986: the userinfo of a URL.
  [/(:\/\/[^\s/?#:@]*):[^\s/?#@]+@/g, '$1:…@'],
  // A data source name of Go's MySQL driver.
  [/([^\s:@/"']+):[^\s@]+@(tcp|unix)\(/g, '$1:…@$2('],
  // A connection string of libpq, and query parameters.
  [/\b(password|passwd|pwd|secret_?key|access_?key|access_?token|token)=[^\s&;'"]+/gi, '$1=…'],
]

/** What a program said, without the passwords in connection strings. */
export function redactPasswords(text: string): string {
  return PASSWORDS.reduce((shown, [pattern, instead]) => shown.replace(pattern, instead), text)
}
