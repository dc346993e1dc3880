/** `30 min`, `90 s` */
export function describeMs(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms) / 1000} s`
}
