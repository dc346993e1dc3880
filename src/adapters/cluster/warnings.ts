/**
 * The texts of Warning headers with code 299, the code that the API server sends (RFC 7234, 5.5; KEP-1693):
 * `299 - "batch/v1beta1 CronJob is deprecated"`.
 */
export function warningsIn(header: string | readonly string[]): readonly string[] {
  return [header]
    .flat()
    .flatMap((line) =>
      [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1')),
    )
}
