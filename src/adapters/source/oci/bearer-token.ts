import { expectOk } from '../network/expect-ok.ts'
import type { Answer, Network } from '../network/network.ts'
import type { CheckUrl } from '../permits.ts'
import { sourceFault } from '../source-fault.ts'

const PARAMETER = /([a-z]+)="((?:[^"\\]|\\.)*)"/gi
const TOKEN_SIZED = { maxBytes: 1 << 20, isShort: true }

/**
 * Requests an anonymous token as a registry's 401 says
 * (https://distribution.github.io/distribution/spec/auth/token/).
 * @returns undefined if the registry takes none
 * @throws FaultError template-unavailable
 */
export async function bearerToken(
  refused: Answer,
  { network, check }: { readonly network: Network; readonly check: CheckUrl },
): Promise<string | undefined> {
  const { 'www-authenticate': challenge } = refused.headers
  if (typeof challenge !== 'string' || !/^bearer /i.test(challenge)) return undefined
  const parameters = new Map(
    [...challenge.matchAll(PARAMETER)].map(([, key = '', value = '']) => [key, value]),
  )
  const realm = URL.parse(parameters.get('realm') ?? '')
  if (realm === null) return undefined
  for (const key of ['service', 'scope']) {
    const value = parameters.get(key)
    if (value !== undefined) realm.searchParams.set(key, value)
  }
  const from = refused.url
  const answer = await network.get({ url: realm.href, from, pinned: false, check, ...TOKEN_SIZED })
  return tokenIn(expectOk(answer))
}

function tokenIn({ bytes, url }: Answer): string {
  const said = parse(bytes, url)
  const token = said?.token ?? said?.access_token
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw sourceFault('template-unavailable', `${new URL(url).origin} returned no token`)
  return token
}

function parse(
  bytes: Buffer,
  url: string,
): { readonly token?: unknown; readonly access_token?: unknown } | null {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error // whose message quotes the answer
    throw sourceFault('template-unavailable', `${new URL(url).origin} returned no token`)
  }
}
