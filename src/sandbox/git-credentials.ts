import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a Git server asks for; without a user name any will do, as forges do with tokens. */
export interface GitCredentials {
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** Whether the request may pass: HTTP Basic (RFC 7617), or the password as Bearer token (RFC 6750). */
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

/** The header that `isAllowed` accepts, or undefined where none is needed. */
export function authorizationFor({ username, password }: GitCredentials): string | undefined {
  if (username === undefined && password === undefined) return undefined
  return `Basic ${Buffer.from(`${username ?? 'token'}:${password ?? ''}`).toString('base64')}`
}

/** Answers 401 and what is asked for. */
export function refuse(response: ServerResponse): void {
  response.writeHead(401, { 'www-authenticate': 'Basic realm="reeve"', 'content-type': 'text/plain' })
  response.end('credentials are missing or wrong\n')
}
