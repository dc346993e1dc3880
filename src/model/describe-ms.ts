/** `30 min`, `90 s`, `0.5 s` */
export function describeMs(ms: number): string {
  if (ms >= 120_000) return `${Math.round(ms / 60_000)} min`
  return `${ms >= 10_000 ? Math.round(ms / 1_000) : Number((ms / 1_000).toPrecision(2))} s`
}
