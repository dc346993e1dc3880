/** A word for the shell of a server, as git quotes it (its sq_quote). */
export function quotedForShell(word: string): string {
  return `'${word.replace(/['!]/g, "'\\$&'")}'`
}
