const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]*(?:@[^/?#\s@]*)*@/gi

/** Takes user names and passwords (RFC 3986, userinfo) out of every URL in the text. */
export function redactUrl(text: string): string {
  return text.replace(USER_INFO, '$1')
}
