const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]*(?:@[^/?#\s@]*)*@/gi

/** Redacts user names and passwords (RFC 3986, userinfo) in every URL of the text. */
export function redactUrl(text: string): string {
  return text.replace(USER_INFO, '$1')
}
