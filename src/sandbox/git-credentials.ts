import type { IncomingMessage, ServerResponse } from 'node:http'

/** Credentials that a Git server requires; without a user name, it accepts any, as forges do with tokens. */
export interface GitCredentials {
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** Whether the request is authorized: HTTP Basic (RFC 7617), or the password as Bearer token (RFC 6750). */
export function isAllowed(request: IncomingMessage, { username, password }: GitCredentials): boolean {
  if (username === undefined && password === undefined) return true
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ')
  if (scheme.toLowerCase() === 'bearer') return password !== undefined && value === password
  if (scheme.toLowerCase() !== 'basic') return false
  const given = Buffer.from(value, 'base64').toString()
  const colon = given.indexOf(':')
  if (colon < 0) return false
  const rightName = username === undefined || given.slice(0, colon) === username
  return rightName && given.slice(colon + 1) === (password ?? '')
}

/** The header that `isAllowed` accepts, or undefined if it needs none. */
export function authorizationFor({ username, password }: GitCredentials): string | undefined {
  if (username === undefined && password === undefined) return undefined
  return `Basic ${Buffer.from(`${username ?? 'token'}:${password ?? ''}`).toString('base64')}`
}

/** Responds with 401 and a challenge. */
export function refuse(response: ServerResponse): void {
  response.writeHead(401, { 'www-authenticate': 'Basic realm="reeve"', 'content-type': 'text/plain' })
  response.end('credentials are missing or wrong\n')
}
