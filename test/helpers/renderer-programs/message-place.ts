/** The innermost file and line that a message of Helm names, as in failure.go. */
export function messagePlace(message: string): { readonly file?: string; readonly line?: number } {
  const places = [...message.matchAll(/(?:error at \(|template: |^)([^\s():]+):(\d+)(?::\d+)?(?=[):\n]|$)/gm)]
  const [, file, line] = places.at(-1) ?? []
  if (file !== undefined) return { file, line: Number(line) }
  const [, whole] = /error (?:in \(|on )([^\s():]+)/.exec(message) ?? []
  return whole === undefined ? {} : { file: whole }
}
