import type { CountedRequest } from '../../helpers/counting-proxy.ts'

export interface Row {
  readonly name: string
  readonly requests: readonly CountedRequest[]
}

/** What each Reeve asked for in a minute, and what most of that was. */
export function tableOf(rows: readonly Row[], windowMs: number): string {
  const perMinute = (count: number) => Math.round((count * 60_000) / windowMs)
  return rows
    .flatMap(({ name, requests }) => {
      const kinds = [...Map.groupBy(requests, describe)].sort(([, a], [, b]) => b.length - a.length)
      const most = kinds.slice(0, 8).map(([what, some]) => `      ${perMinute(some.length)}  ${what}`)
      return [`${name}: ${perMinute(requests.length)} requests a minute`, ...most]
    })
    .join('\n')
}

function describe({ method, path, isWatch }: CountedRequest): string {
  return `${isWatch ? 'WATCH' : method} ${path}`
}
